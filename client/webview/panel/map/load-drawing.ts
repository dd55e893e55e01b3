import { loadBeside } from '../../parts/load-beside.js';
import type { MapDrawing } from './drawing.js';

declare global {
  var lookalikeMapDrawing: (new (canvas: HTMLCanvasElement) => MapDrawing) | undefined;
}

/** What draws a map on a canvas; undefined where the browser has no WebGL, or the code cannot be loaded. */
export async function openDrawing(canvas: HTMLCanvasElement): Promise<MapDrawing | undefined> {
  await loadBeside('map.js');
  try {
    return globalThis.lookalikeMapDrawing && new globalThis.lookalikeMapDrawing(canvas);
  } catch {
    return undefined;
  }
}
