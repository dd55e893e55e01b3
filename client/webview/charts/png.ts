import { svgText } from './svg-text.js';

/** Pixels of the file for each of the screen's, so that it can be printed. */
const SCALE = 2;

/** A chart that stands in a page, as PNG in base64. */
export async function pngOf(drawn: SVGSVGElement): Promise<string> {
  const { width, height } = drawn.getBoundingClientRect();
  const canvas = Object.assign(document.createElement('canvas'), {
    width: Math.ceil(SCALE * width),
    height: Math.ceil(SCALE * height),
  });
  const image = new Image(canvas.width, canvas.height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(drawn))}`;
  await image.decode();
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').replace(/^[^,]*,/, '');
}
