import type { Term } from '../../term.js';
import { sumTo } from '../broadcast.js';
import type { Rule, Rules } from '../operation.js';
import { range } from '../positions.js';

/** dx = y·(dy − Σ dy·y), the sum along the axis. */
const softmax: Rule = (operation, [dy]) => [
  () => {
    const [y] = operation.outputs;
    const weighted = dy.mul(y);
    return weighted.sub(y.mul(weighted.sum(y.ints(operation.int('axis', -1)))));
  },
];

/** dx = dy − eʸ·Σ dy */
const logSoftmax: Rule = (operation, [dy]) => [
  () => dy.sub(operation.outputs[0].exp().mul(dy.sum(dy.ints(operation.int('axis', -1))))),
];

/** y = s·x̂ + b with x̂ = (x − μ)/σ ⇒ dx = (d̂ − mean d̂ − x̂·mean(d̂·x̂))/σ, where d̂ = dy·s. */
const layerNormalization: Rule = (operation, [dy]) => {
  const [x, scale] = operation.inputs;
  const bias = operation.optional(2);
  const axes = lastAxes(x, operation.int('axis', -1));
  const centred = x.sub(x.mean(axes));
  const deviation = centred.mul(centred).mean(axes).add(operation.float('epsilon', 1e-5)).sqrt();
  const normal = centred.div(deviation);
  return [
    () => {
      const scaled = dy.mul(scale);
      const projection = normal.mul(scaled.mul(normal).mean(axes));
      return scaled.sub(scaled.mean(axes)).sub(projection).div(deviation);
    },
    () => sumTo(dy.mul(normal), scale.shape(), x.shape()),
    bias && (() => sumTo(dy, bias.shape(), x.shape())),
  ];
};

/** The axes from `first` to the last. */
function lastAxes(x: Term, first: number): Term {
  if (first < 0) return x.ints(...Array.from({ length: -first }, (_, axis) => first + axis));
  return range(first, x.shape().size());
}

/** y = s·(x − μ)/√(v + ε) + b, all of the four given a channel each. */
const batchNormalization: Rule = (operation, [dy]) => {
  if (operation.int('training_mode', 0) === 1) operation.unsupported('it is in training mode');
  const [x, ...parameters] = operation.inputs;
  const [scale, , mean, variance] = parameters.map((parameter) => perChannel(parameter, x));
  const deviation = variance.add(operation.float('epsilon', 1e-5)).sqrt();
  const normal = () => x.sub(mean).div(deviation);
  const summed = (gradient: Term) => sumTo(gradient, scale.shape(), x.shape()).reshape(x.ints(-1));
  return [
    () => dy.mul(scale.div(deviation)),
    () => summed(dy.mul(normal())),
    () => summed(dy),
    () => summed(dy.mul(scale.div(deviation)).neg()),
    () => summed(dy.mul(normal()).mul(scale).div(deviation).div(deviation).mul(-0.5)),
  ];
};

/** [channels] in the form in which it broadcasts to x: [channels, 1, …]. */
function perChannel(parameter: Term, x: Term): Term {
  const spatial = x.shape().shape().sub(2);
  return parameter.reshape(x.ints(-1).concat(spatial.constant(1).expand(spatial)));
}

export const normalisationRules: Rules = {
  Softmax: softmax,
  LogSoftmax: logSoftmax,
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
};
