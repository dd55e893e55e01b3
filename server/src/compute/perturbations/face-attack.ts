import type { ListedPhotograph, Perturbation, Perturbed, WorkContext } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { FaceLocator } from '../faces/locator.js';
import type { RgbImage } from '../images/decode.js';
import { encodePng } from '../images/png.js';
import { type Opened, openPhotograph, type Photograph } from './photograph.js';

/** Perturbs photographs in which a face was found. */
export interface BatchAttack {
  readonly batchSize: number;
  /** Photographs of their own sizes, in order; a problem for each that it cannot perturb. */
  perturb(photographs: readonly Photograph[], context: WorkContext): Promise<readonly Result<RgbImage>[]>;
  close(): Promise<void>;
}

/** The way from files to PNGs around an attack. */
export class FaceAttack implements Perturbation {
  readonly batchSize: number;

  constructor(
    readonly suffix: string,
    private readonly locator: FaceLocator,
    private readonly attack: BatchAttack,
  ) {
    this.batchSize = attack.batchSize;
  }

  async perturb(batch: readonly ListedPhotograph[], context: WorkContext): Promise<Result<readonly Perturbed[]>> {
    const opened: Opened[] = [];
    for (const entry of batch) {
      context.signal.throwIfAborted();
      opened.push(await openPhotograph(entry, this.locator));
    }
    const photographs = opened.flatMap((one) => ('photograph' in one ? [one.photograph] : []));
    const perturbed = photographs.length > 0 ? await this.attack.perturb(photographs, context) : [];
    const saved = await Promise.all(perturbed.map(save));
    let next = 0;
    return ok(opened.map((one) => ('photograph' in one ? saved[next++] : one.outcome)));
  }

  async close(): Promise<void> {
    await this.locator.close();
    await this.attack.close();
  }
}

async function save(result: Result<RgbImage>): Promise<Perturbed> {
  if (!result.ok) return { kind: 'failed', problem: result.problem };
  return { kind: 'perturbed', png: await encodePng(result.value) };
}

/** Why a photograph has no perturbed version where a surrogate's gradient overflows. */
export function gradientNotFinite(): Result<never> {
  const hint = 'Use another surrogate, or export this one in float32.';
  return fail('gradient-not-finite', 'A surrogate’s gradient is not finite for it', { hint });
}
