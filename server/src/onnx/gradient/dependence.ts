import { ELEMENT_NAMES, type ElementType } from '../build.js';
import { Node } from '../node.js';
import type { GraphProto, NodeProto } from '../onnx_pb.js';
import { CONSTANT_ALMOST_EVERYWHERE } from './rules/rules.js';

const DIFFERENTIABLE: ReadonlySet<ElementType | undefined> = new Set(['float16', 'float32', 'float64']);

/** Whether values of the type have gradients. */
export const isDifferentiable = (type: ElementType | undefined): boolean => DIFFERENTIABLE.has(type);

/** Outputs that hold indices or a mask beside a first one of numbers. */
const DISCRETE_OUTPUTS: Readonly<Record<string, number>> = { Dropout: 1, MaxPool: 1, TopK: 1 };

/** The values that change smoothly with the inputs `wrt`, those included, each with its type; not the constants. */
export function valuesThatDependOn(
  graph: GraphProto,
  wrt: ReadonlyMap<string, ElementType>,
  constants: ReadonlySet<string> = new Set(),
): Map<string, ElementType> {
  const dependent = new Map(wrt);
  for (const proto of graph.node) {
    const node = new Node(proto);
    if (CONSTANT_ALMOST_EVERYWHERE.has(node.operator)) continue;
    const source = usedBy(proto).find((name) => dependent.has(name));
    if (source === undefined) continue;
    const type = node.operator === 'Cast' ? ELEMENT_NAMES.get(node.int('to', 0)) : dependent.get(source);
    if (!type || !isDifferentiable(type)) continue;
    const smooth = proto.output.filter((name, index) => name !== '' && index !== DISCRETE_OUTPUTS[node.operator]);
    for (const output of smooth) if (!constants.has(output)) dependent.set(output, type);
  }
  return dependent;
}

/** The values that a node reads, those in its sub-graphs among them. */
export function usedBy({ input, attribute }: NodeProto): string[] {
  return [...input, ...attribute.flatMap(({ g }) => g?.node.flatMap(usedBy) ?? [])];
}
