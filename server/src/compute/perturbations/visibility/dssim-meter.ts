import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../../onnx/build.js';
import { Term } from '../../../onnx/term.js';
import type { Planes } from '../../images/planes.js';
import { openSession } from '../../session.js';
import { SSIM_BORDER, structuralSimilarity, windowStatistics } from './ssim.js';

/** The shorter side that an image must have at least, in pixels, to have a structural similarity. */
export const SMALLEST_MEASURED = 2 * SSIM_BORDER + 1;

/** Measures the structural dissimilarity of two images, (1 − SSIM) / 2: 0 where they are equal, 1 at most. */
export class DssimMeter {
  private constructor(private readonly session: InferenceSession) {}

  static async open(threads: number): Promise<DssimMeter> {
    return new DssimMeter(await openSession(meterGraph().toBytes(), { threads }));
  }

  async measure(x: Planes, y: Planes): Promise<number> {
    const shape = [1, 3, x.height, x.width];
    const { dssim } = await this.session.run({
      x: new Tensor('float32', x.data, shape),
      y: new Tensor('float32', y.data, shape),
    });
    return (dssim.data as Float32Array)[0];
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

function meterGraph(): GraphBuilder {
  const g = new GraphBuilder('dssim');
  const image = (name: string) => new Term(g, g.input(name, 'float32', ['batch', 3, 'height', 'width']), 'float32');
  const [x, y] = [image('x'), image('y')];
  const similarity = structuralSimilarity(x, windowStatistics(x), y).mean(x.ints(1, 2, 3));
  g.output(similarity.neg().add(1).mul(0.5).reshape(x.ints(-1)).name, 'float32', ['batch'], 'dssim');
  return g;
}
