import type { GraphBuilder } from './build.js';
import type { AttributeProto, GraphProto, ModelProto, NodeProto } from './onnx_pb.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { raiseOpset } from './raise-opset.js';

/**
 * Adds a copy of a model's graph to one under construction. `inputs` says which values there stand for its inputs; the
 * result says under which names its outputs are there. Weights are shared with the model. Fails with
 * `opset-unsupported` where the model is older than operator set 7.
 */
export function includeModel(
  builder: GraphBuilder,
  model: ModelProto,
  inputs: Readonly<Record<string, string>>,
): Outcome<ReadonlyMap<string, string>> {
  return outcomeOf(() => {
    const raised = raiseOpset(model);
    const graph = raised.graph as GraphProto;
    const prefix = builder.fresh(graph.name || 'model');
    const rename = (name: string) => inputs[name] ?? (name === '' ? '' : `${prefix}/${name}`);
    builder.append(renamed(graph, rename), raised.opsetImport);
    return new Map(graph.output.map(({ name }) => [name, rename(name)]));
  });
}

type Rename = (name: string) => string;

/** The graph with all its values and nodes renamed, those in sub-graphs too. */
function renamed(graph: GraphProto, rename: Rename): GraphProto {
  const named = <T extends { name: string }>(value: T): T => ({ ...value, name: rename(value.name) });
  return {
    ...graph,
    node: graph.node.map((node) => renamedNode(node, rename)),
    initializer: graph.initializer.map(named),
    input: graph.input.map(named),
    output: graph.output.map(named),
    valueInfo: graph.valueInfo.map(named),
  };
}

function renamedNode(node: NodeProto, rename: Rename): NodeProto {
  const inner = (attribute: AttributeProto) =>
    attribute.g ? { ...attribute, g: renamed(attribute.g, rename) } : attribute;
  return {
    ...node,
    name: rename(node.name),
    input: node.input.map(rename),
    output: node.output.map(rename),
    attribute: node.attribute.map(inner),
  };
}
