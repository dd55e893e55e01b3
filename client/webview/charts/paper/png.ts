import type { PaperFigure } from './paper-figure.js';

/** What printers ask for, in dots an inch. */
const RESOLUTION = 300;

/** A figure as PNG in base64. */
export async function pngOf({ svg, width, height }: PaperFigure): Promise<string> {
  const dots = (millimetres: number) => Math.ceil((millimetres / 25.4) * RESOLUTION);
  const canvas = Object.assign(document.createElement('canvas'), { width: dots(width), height: dots(height) });
  const image = new Image(canvas.width, canvas.height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').replace(/^[^,]*,/, '');
}
