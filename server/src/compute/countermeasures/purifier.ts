import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Countermeasure } from '../../plugins/declare.js';
import type { PurifierPorts } from '../../plugins/inspection/purifier-ports.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { refusedToRun } from '../encoder/runtime-words.js';
import type { RgbImage } from '../images/decode.js';
import { openSession } from '../session.js';
import { PhotographFilter } from './filters.js';

type Three = readonly [number, number, number];

export interface PurifierOptions extends PurifierPorts {
  /** Subtracted from each channel of 0–1, in the order of `channels`, and added to what comes out. */
  readonly mean: Three;
  readonly std: Three;
  readonly channels: 'rgb' | 'bgr';
}

/** A network that gives an image for an image of the same size. */
export class Purifier {
  private constructor(
    private readonly session: InferenceSession,
    private readonly file: string,
    private readonly options: PurifierOptions,
  ) {}

  /** Problems: `model-unusable`. */
  static async load(file: string, options: PurifierOptions, threads: number): Promise<Result<Countermeasure>> {
    let session: InferenceSession;
    try {
      session = await openSession(file, { threads });
    } catch (error) {
      return refusedToRun({ file, device: 'cpu' }, error as Error);
    }
    const purifier = new Purifier(session, file, options);
    return ok(
      new PhotographFilter(
        (image) => purifier.purify(image),
        () => session.release(),
        1,
      ),
    );
  }

  /** Problems: `purifier-size` where the image, or what is made of it, has another size; `model-unusable`. */
  private async purify(image: RgbImage): Promise<Result<RgbImage>> {
    const { input, output, layout } = this.options;
    const [height, width] = [this.options.height ?? image.height, this.options.width ?? image.width];
    if (height !== image.height || width !== image.width) {
      return otherSize(
        `the network takes ${width} × ${height} pixels, and the photograph has ${image.width} × ${image.height}`,
      );
    }
    const shape = layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
    let result: Tensor;
    try {
      const given = new Tensor('float32', this.valuesOf(image), shape);
      result = (await this.session.run({ [input]: given }, [output]))[output] as Tensor;
    } catch (error) {
      return refusedToRun({ file: this.file, device: 'cpu' }, error as Error);
    }
    if (result.dims.join() !== shape.join()) {
      return otherSize(`the network gives [${result.dims.join(', ')}] for an image [${shape.join(', ')}]`);
    }
    return this.pixelsOf(result.data as Float32Array, image);
  }

  private valuesOf(image: RgbImage): Float32Array {
    const values = new Float32Array(image.data.length);
    this.eachValue(image, (pixel, at, mean, std) => {
      values[at] = (image.data[pixel] / 255 - mean) / std;
    });
    return values;
  }

  private pixelsOf(values: Float32Array, { width, height, data: { length } }: RgbImage): Result<RgbImage> {
    const image = { data: new Uint8Array(length), width, height };
    let finite = true;
    this.eachValue(image, (pixel, at, mean, std) => {
      const value = values[at] * std + mean;
      finite &&= Number.isFinite(value);
      image.data[pixel] = Math.round(255 * Math.min(1, Math.max(0, value)));
    });
    return finite ? ok(image) : fail('model-unusable', `${this.file} gives values for it that are no numbers`);
  }

  /** Where each value of the pixels stands in the network's tensor, and how it is scaled. */
  private eachValue(
    { width, height }: RgbImage,
    visit: (pixel: number, at: number, mean: number, std: number) => void,
  ): void {
    const { layout, channels, mean, std } = this.options;
    const plane = width * height;
    const [step, channelStep] = layout === 'nchw' ? [1, plane] : [3, 1];
    for (let channel = 0; channel < 3; channel++) {
      const colour = channels === 'rgb' ? channel : 2 - channel;
      for (let n = 0; n < plane; n++)
        visit(3 * n + colour, channel * channelStep + n * step, mean[channel], std[channel]);
    }
  }
}

function otherSize(message: string): Result<never> {
  const hint = 'Take a network that takes any size, or photographs of its size.';
  return fail('purifier-size', message, { hint });
}
