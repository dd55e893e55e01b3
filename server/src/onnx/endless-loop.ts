import type { GraphProto, NodeProto, TensorProto } from './onnx_pb.js';

/** More rounds than any encoder makes: a trip count that stands for none. */
const MANY = 2 ** 31;

/**
 * The name of a Loop that never ends, as its graph shows: no number of rounds, and a condition that nothing makes false.
 * Loops that end by what they compute are not among them, whether they do or not.
 */
export function endlessLoop(graph: GraphProto, outer: readonly GraphProto[] = []): string | undefined {
  const scopes = [graph, ...outer];
  for (const node of graph.node) {
    const inner = node.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
    if (node.opType === 'Loop' && inner[0] && isEndless(node, inner[0], scopes)) return node.name || node.output[0];
    for (const each of inner) {
      const found = endlessLoop(each, scopes);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function isEndless(
  { input: [rounds, condition] }: NodeProto,
  body: GraphProto,
  scopes: readonly GraphProto[],
): boolean {
  if (rounds && !((constantOf(rounds, scopes) ?? 0) >= MANY)) return false;
  if (condition && constantOf(condition, scopes) !== 1) return false;
  const given = body.input[1]?.name;
  const kept = sourceOf(body.output[0]?.name ?? '', body);
  return kept === given || constantOf(kept, [body, ...scopes]) === 1;
}

/** Where a value comes from that is only passed on. */
function sourceOf(name: string, graph: GraphProto): string {
  const node = graph.node.find(({ output }) => output[0] === name);
  return node?.opType === 'Identity' ? sourceOf(node.input[0], graph) : name;
}

/** The one number that a value holds, where the graph holds it; true is 1. */
function constantOf(name: string, scopes: readonly GraphProto[]): number | undefined {
  for (const graph of scopes) {
    const source = sourceOf(name, graph);
    const tensor =
      graph.initializer.find((each) => each.name === source) ??
      graph.node.find(({ opType, output }) => opType === 'Constant' && output[0] === source)?.attribute[0]?.t;
    if (tensor) return numberIn(tensor);
  }
  return undefined;
}

function numberIn({ rawData, int32Data, int64Data }: TensorProto): number | undefined {
  if (rawData.length === 1) return rawData[0];
  if (rawData.length === 8) return Number(Buffer.from(rawData).readBigInt64LE());
  const [value = int64Data[0]] = int32Data;
  return value === undefined ? undefined : Number(value);
}
