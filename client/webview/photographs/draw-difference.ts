/**
 * How two photographs differ, so many times amplified, over all of the canvas. The pixels cannot be read, as they come from
 * another origin; the canvas can subtract them all the same.
 */
export function drawDifference(
  canvas: HTMLCanvasElement,
  before: HTMLImageElement,
  after: HTMLImageElement,
  amplified: number,
): void {
  const context = canvas.getContext('2d');
  if (!context || canvas.width === 0) return;
  const { width, height } = canvas;
  context.globalCompositeOperation = 'copy';
  context.drawImage(before, 0, 0, width, height);
  context.globalCompositeOperation = 'difference';
  context.drawImage(after, 0, 0, width, height);
  context.globalCompositeOperation = 'copy';
  context.filter = `brightness(${amplified})`;
  context.drawImage(canvas, 0, 0);
}
