import type { WorkContext } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import type { RgbImage } from '../images/decode.js';
import { Random } from '../random.js';
import type { BatchAttack } from './face-attack.js';
import type { Photograph } from './photograph.js';
import { addChange } from './visibility/fit-budget.js';
import { squareAround } from './visibility/meter.js';

/** Drawing is quick: more at once would only hold more photographs in memory. */
const BATCH = 8;

/** Uniform noise within ± `epsilon` of 255 over the square around the face, of which results tell the visibility. */
export class Noise implements BatchAttack {
  readonly batchSize = BATCH;

  constructor(private readonly options: { readonly epsilon: number; readonly seed: number }) {}

  async perturb(photographs: readonly Photograph[], { progress }: WorkContext): Promise<Result<RgbImage>[]> {
    const results = photographs.map((photograph) => ok(this.noisy(photograph)));
    progress(photographs.length, photographs.length);
    return results;
  }

  async close(): Promise<void> {}

  private noisy({ image, face, hash }: Photograph): RgbImage {
    const { epsilon, seed } = this.options;
    const random = new Random(seed, 'noise', hash);
    const square = squareAround(face.box, image);
    const { width, height } = square;
    const data = new Float32Array(3 * width * height).map(() => random.between(-epsilon, epsilon));
    return addChange(image, square, { data, channels: 3, width, height });
  }
}
