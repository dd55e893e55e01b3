import type { MapDrawing } from './drawing.js';

/** The page’s own script, which lets others be loaded that it names: the policy asks for its nonce. */
const own = document.currentScript as HTMLScriptElement | null;
let loading: Promise<void> | undefined;

declare global {
  var lookalikeMapDrawing: (new (canvas: HTMLCanvasElement) => MapDrawing) | undefined;
}

/** What draws a map on a canvas; undefined where the browser has no WebGL, or the code cannot be loaded. */
export async function openDrawing(canvas: HTMLCanvasElement): Promise<MapDrawing | undefined> {
  loading ??= load();
  await loading;
  try {
    return globalThis.lookalikeMapDrawing && new globalThis.lookalikeMapDrawing(canvas);
  } catch {
    return undefined;
  }
}

function load(): Promise<void> {
  const src = own ? own.src.replace(/panel\.js(?=$|\?)/, 'map.js') : '';
  const code = Object.assign(document.createElement('script'), { nonce: own?.nonce ?? '', src });
  return new Promise((resolve) => {
    code.addEventListener('load', () => resolve());
    code.addEventListener('error', () => resolve());
    document.head.append(code);
  });
}
