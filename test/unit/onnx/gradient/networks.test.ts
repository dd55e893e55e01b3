import assert from 'node:assert/strict';
import { CHIP_SIZE, recognitionGraph } from '../../../../server/src/compute/faces/graphs/recognition.js';
import { readWeights } from '../../../../server/src/compute/faces/weights.js';
import { GraphBuilder } from '../../../../server/src/onnx/build.js';
import { differentiate } from '../../../../server/src/onnx/gradient/differentiate.js';
import type { ModelProto } from '../../../../server/src/onnx/onnx_pb.js';
import { inDoublePrecision } from '../../../support/onnx/double-precision.js';
import { RunningModel } from '../../../support/onnx/run-model.js';
import { SeededNumbers, type Tensor } from '../../../support/onnx/tensor.js';
import { IMAGE_SHAPE, visionTransformer } from '../../../support/onnx/vision-transformer.js';

/** A network with the squared distance of its embedding from a given one as its output `loss`. */
function withLoss(g: GraphBuilder, embedding: string, target: Tensor): ModelProto {
  const distance = g.op('Sub', [embedding, g.constant(Float32Array.from(target.data), target.shape)]);
  g.output(g.op('ReduceSumSquare', [distance], { keepdims: 0 }), 'float32', [], 'loss');
  return g.toModel();
}

async function recognitionNet(numbers: SeededNumbers): Promise<ModelProto> {
  const weights = await readWeights('face_recognition_model');
  return withLoss(recognitionGraph(weights), 'descriptor', numbers.tensor([128]));
}

function transformer(numbers: SeededNumbers): ModelProto {
  const g = new GraphBuilder('vision transformer');
  const image = g.input('image', 'float32', ['batch', ...IMAGE_SHAPE]);
  return withLoss(g, visionTransformer(g, numbers, image), numbers.tensor([8]));
}

/** The loss along a line: its slope by the gradient in float32, and by finite differences in double precision. */
class Slopes {
  private constructor(
    private readonly reference: RunningModel,
    private readonly input: string,
    private readonly image: Tensor,
    private readonly gradient: Tensor,
    private readonly step: number,
  ) {}

  static async of(model: ModelProto, input: string, image: Tensor, step: number): Promise<Slopes> {
    const outcome = differentiate(model, { output: 'loss', wrt: [input] });
    assert.ok(outcome.ok);
    const results = await (await RunningModel.open(outcome.value, 'float32')).run({ [input]: image });
    const reference = await RunningModel.open(inDoublePrecision(model), 'float64');
    return new Slopes(reference, input, image, results[`grad_${input}`], step);
  }

  async assertAgreeAlong(direction: (index: number) => number): Promise<void> {
    const line = this.image.data.map((_, i) => direction(i));
    const actual = line.reduce((sum, value, i) => sum + value * this.gradient.data[i], 0);
    const difference = (await this.lossAt(line, this.step)) - (await this.lossAt(line, -this.step));
    const expected = difference / (2 * this.step);
    assert.ok(Math.abs(actual - expected) <= 1e-3 * Math.abs(expected), `${actual}, by differences ${expected}`);
  }

  private async lossAt(line: Float64Array, far: number): Promise<number> {
    const data = this.image.data.map((value, i) => value + far * line[i]);
    const { loss } = await this.reference.run({ [this.input]: { data, shape: this.image.shape } });
    return loss.data[0];
  }

  /** The pixel whose gradient is the largest of every `share`th. */
  steepest(share: number, offset: number): number {
    const chosen = [...this.gradient.data.keys()].filter((i) => i % share === offset);
    const size = (i: number) => Math.abs(this.gradient.data[i]);
    return chosen.reduce((best, i) => (size(i) > size(best) ? i : best));
  }
}

const networks = {
  'the face recognition network': async (numbers: SeededNumbers) => {
    const image = numbers.tensor([1, 3, CHIP_SIZE, CHIP_SIZE], () => numbers.between(0, 255));
    return Slopes.of(await recognitionNet(numbers), 'chip', image, 1e-4);
  },
  'a small transformer of CLIP’s form, two images at once': async (numbers: SeededNumbers) =>
    Slopes.of(transformer(numbers), 'image', numbers.tensor([2, ...IMAGE_SHAPE]), 1e-6),
};

for (const [name, open] of Object.entries(networks)) {
  describe(`The gradient of ${name} agrees with its finite differences in double precision`, () => {
    const numbers = new SeededNumbers(21);
    let slopes: Slopes;
    before(async () => {
      slopes = await open(numbers);
    });

    it('along random directions', async () => {
      for (let i = 0; i < 4; i++) await slopes.assertAgreeAlong(() => numbers.between(-1, 1));
    });

    it('at single pixels', async () => {
      for (let i = 0; i < 4; i++) {
        const pixel = slopes.steepest(4, i);
        await slopes.assertAgreeAlong((index) => (index === pixel ? 1 : 0));
      }
    });
  });
}
