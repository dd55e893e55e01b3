import { GraphBuilder } from './build.js';
import { differentiate } from './gradient/differentiate.js';
import { includeModel } from './include.js';
import type { ModelProto } from './onnx_pb.js';
import { GraphFailure, type Outcome, outcomeOf } from './outcome.js';
import { graphOf } from './read.js';
import { Term } from './term.js';

/** How an image encoder is given pixels, and where in its graph. */
export interface PixelPorts {
  readonly input: string;
  readonly output: string;
  readonly size: number;
  readonly batch: number | null;
  readonly layout: 'nchw' | 'nhwc';
  readonly channels: 'rgb' | 'bgr';
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The model behind `(pixel / 255 - mean) / std` in its own layout and order of colours: `chip` to `features`. */
export function pixelNetwork(model: ModelProto, how: PixelPorts): Outcome<ModelProto> {
  return outcomeOf(() => {
    const { size, batch, channels, layout } = how;
    const g = new GraphBuilder('surrogate');
    const chip = new Term(g, g.input('chip', 'float32', [batch ?? 'batch', 3, size, size]), 'float32');
    const three = (values: readonly number[]) =>
      new Term(g, g.constant(Float32Array.from(values), [1, 3, 1, 1]), 'float32');
    const ordered = channels === 'rgb' ? chip : chip.reversed(1);
    const scale = how.std.map((std) => 1 / (255 * std));
    const scaled = ordered.sub(three(how.mean.map((mean) => 255 * mean))).mul(three(scale));
    const input = layout === 'nchw' ? scaled : scaled.transpose(0, 2, 3, 1);
    const included = includeModel(g, model, { [how.input]: input.name });
    if (!included.ok) throw new GraphFailure(included.problem);
    g.output(included.value.get(how.output) as string, 'float32', [batch ?? 'batch', 'features'], 'features');
    return g.toModel();
  });
}

/** Shorter features are taken for those of nothing at all. */
const SHORTEST = 1e-12;

/** Rows brought to length 1. */
export function toUnitLength(rows: Term): Term {
  return rows.div(rows.apply('ReduceL2', [rows.ints(1)], { keepdims: 1 }).max(SHORTEST));
}

/** What a network of one input gives of chips, [batch, n]. */
export function featuresBy(network: ModelProto, chip: Term): Outcome<Term> {
  const { inputs, outputs } = graphOf(network);
  const included = includeModel(chip.builder, network, { [inputs[0].name]: chip.name });
  if (!included.ok) return included;
  return { ok: true, value: new Term(chip.builder, included.value.get(outputs[0].name) as string, 'float32') };
}

/** The gradient of a network's features, of length 1, by the chip that it is shown: a problem where it has none. */
export function chipGradient(network: ModelProto, size: number, batch: number | null): Outcome<ModelProto> {
  const g = new GraphBuilder('surrogate');
  const chip = new Term(g, g.input('chip', 'float32', [batch ?? 'batch', 3, size, size]), 'float32');
  const features = featuresBy(network, chip);
  if (!features.ok) return features;
  const sum = toUnitLength(features.value).apply('ReduceSum', [], { keepdims: 0 });
  return differentiate(g.toModel(), { output: sum.name, wrt: ['chip'] });
}
