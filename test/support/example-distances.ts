import type { ToPanel } from '../../server/src/protocol/webview.js';
import { encodeNpy } from '../../server/src/store/npy.js';

const QUERIES = 11;

/** Made-up distances of eleven queries, which are eligible from 0, 0.1 … 1 on; `fawkes` moves each by 0.2. */
export function exampleDistances(question: number): ToPanel {
  const own = Array.from({ length: QUERIES }, (_, n) => n / 10);
  const judged = Float64Array.from([...own, ...own, ...own.map((distance) => distance + 0.2)]);
  const ends = Int32Array.from(own, (_, n) => n + 1);
  return {
    ...({ type: 'distances', question } as const),
    about: {
      ...{ model: 'face-recognition', unit: 'squared-l2', queries: QUERIES, form: 'distance', value: 0.5, minValid: 1 },
      ...{ versions: ['original', 'fawkes'], together: ['fawkes'], steps: [] },
      strangers: { from: [0.5, 0.9], to: [0.6, 1], counts: [10, 90] },
    },
    judged: fileOf(judged, [3, QUERIES]),
    genuine: fileOf(Float64Array.from(own), [QUERIES]),
    ends: fileOf(ends, [QUERIES]),
  };
}

function fileOf(data: Float64Array | Int32Array, shape: readonly number[]): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeNpy(data, shape)));
}
