import { integerConstants } from './constants.js';
import { Node } from './node.js';
import type { GraphProto } from './onnx_pb.js';
import { declaredValue } from './read.js';
import { type KnownShapes, SHAPE_RULES, type Shape } from './shape-rules.js';

export type { KnownShapes, Shape };

/**
 * What is known of the shapes of a graph's values before it runs. It may say less than there is to know, never
 * anything wrong: a value of an operator without a rule keeps the shape that the file declares, if it does.
 */
export function inferShapes(graph: GraphProto): KnownShapes {
  const shapes = new Map<string, Shape>();
  const constants = integerConstants(graph);
  for (const { name, shape } of [...graph.valueInfo, ...graph.output, ...graph.input].map(declaredValue)) {
    if (shape) shapes.set(name, shape);
  }
  for (const { name, dims } of graph.initializer) shapes.set(name, dims.map(Number));
  for (const proto of graph.node) {
    const node = new Node(proto);
    const inferred = SHAPE_RULES[node.operator]?.(node, { shapes, constants });
    inferred?.forEach((shape, index) => {
      if (shape) shapes.set(proto.output[index], shape);
    });
  }
  return { shapes, constants };
}
