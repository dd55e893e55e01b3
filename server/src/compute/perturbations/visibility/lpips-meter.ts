import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { type LpipsPorts, lpipsPorts } from '../../../plugins/inspection/lpips-ports.js';
import { portsOfModel } from '../../../plugins/model-header.js';
import { fail, ok, type Result } from '../../../protocol/errors.js';
import type { RgbImage } from '../../images/decode.js';
import { planesOf } from '../../images/planes.js';
import { Random } from '../../random.js';
import { openSession } from '../../session.js';
import { VisibilityMeter } from './meter.js';

/** What a model is tried on, in pixels: patches of this size are what LPIPS was made on. */
const TRIED_ON = 64;
/** Two equal images are no further apart than rounding brings them. */
const NOTHING = 1e-4;

/** LPIPS (Zhang et al., CVPR 2018) of saved photographs, over the square around the face, by a model in an ONNX file. */
export class LpipsMeter {
  private constructor(
    private readonly session: InferenceSession,
    private readonly ports: LpipsPorts,
    private readonly meter: VisibilityMeter,
  ) {}

  /** `lpips-unfit` where the model does not take two images, or gives two equal ones another number than 0. */
  static async load(file: string, folder: string, threads: number): Promise<Result<LpipsMeter>> {
    const ports = portsOfModel(file, lpipsPorts);
    if (!ports.ok) return ports;
    let session: InferenceSession;
    try {
      session = await openSession(file, { threads });
    } catch (error) {
      return unfit(file, (error as Error).message);
    }
    const opened = new LpipsMeter(session, ports.value, await VisibilityMeter.load(folder, threads));
    const random = new Random(1, 'lpips');
    const data = Uint8Array.from({ length: 3 * TRIED_ON ** 2 }, () => Math.floor(random.between(0, 256)));
    const noise = { data, width: TRIED_ON, height: TRIED_ON };
    const same = await opened.between(noise, noise);
    if (same.ok && Math.abs(same.value) <= NOTHING) return ok(opened);
    await opened.close();
    return unfit(file, same.ok ? `it gives ${same.value.toPrecision(3)} for two equal images` : same.problem.message);
  }

  /** Problems: those of `VisibilityMeter`; `lpips-unmeasured` where the model gives no number for these photographs. */
  async measure(original: Uint8Array, perturbed: Uint8Array): Promise<Result<number>> {
    const squares = await this.meter.squares(original, perturbed);
    return squares.ok ? this.between(...squares.value) : squares;
  }

  async close(): Promise<void> {
    await this.session.release();
    await this.meter.close();
  }

  private async between(before: RgbImage, after: RgbImage): Promise<Result<number>> {
    const [first, second] = this.ports.images;
    const size = `${before.width} × ${before.height} pixels`;
    try {
      const found = await this.session.run({ [first]: scaled(before), [second]: scaled(after) });
      const [distance] = (found[this.ports.output] as Tensor).data as Float32Array;
      if (distance !== undefined && Number.isFinite(distance)) return ok(distance);
      return fail('lpips-unmeasured', `the model of LPIPS gives ${distance} for ${size}`);
    } catch (error) {
      return fail('lpips-unmeasured', `the model of LPIPS cannot take ${size}: ${(error as Error).message}`);
    }
  }
}

/** Values in [−1, 1], [1, 3, height, width]. */
function scaled(image: RgbImage): Tensor {
  const { data } = planesOf(image, { left: 0, top: 0, width: image.width, height: image.height });
  const values = data.map((value) => value / 127.5 - 1);
  return new Tensor('float32', values, [1, 3, image.height, image.width]);
}

function unfit(file: string, why: string): Result<never> {
  const hint = 'Export LPIPS with two inputs [1, 3, height, width] in [-1, 1], of free size, and one output.';
  return fail('lpips-unfit', `${file} is no model of LPIPS that can be used: ${why}`, { hint });
}
