import type { PaperFigure } from './paper-figure.js';

/** Pixels of the file for each of the figure's, so that it can be printed. */
const SCALE = 3;

/** A figure as PNG in base64. */
export async function pngOf({ svg, width, height }: PaperFigure): Promise<string> {
  const canvas = Object.assign(document.createElement('canvas'), {
    width: Math.ceil(SCALE * width),
    height: Math.ceil(SCALE * height),
  });
  const image = new Image(canvas.width, canvas.height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').replace(/^[^,]*,/, '');
}
