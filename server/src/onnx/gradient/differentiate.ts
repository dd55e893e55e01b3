import { ELEMENT_NAMES, type ElementType, GraphBuilder, valueNames } from '../build.js';
import type { GraphProto, ModelProto, ValueInfoProto } from '../onnx_pb.js';
import { GraphFailure, type GraphProblem, type Outcome, outcomeOf } from '../outcome.js';
import { raiseOpset } from '../raise-opset.js';
import { declaredValue } from '../read.js';
import { inferShapes, type Shape } from '../shapes.js';
import { BackwardPass } from './backward-pass.js';
import { isDifferentiable, valuesThatDependOn } from './dependence.js';

export interface DifferentiationRequest {
  /** The value to differentiate: one number, any value of the graph. */
  readonly output: string;
  /** Inputs of the graph, of a floating-point type. */
  readonly wrt: readonly string[];
  /** Values to take for constants although they depend on the inputs: no gradient goes through them. */
  readonly constants?: readonly string[];
}

/** The name of the output that holds the gradient with respect to an input. */
export const gradientName = (input: string): string => `grad_${input}`;

/**
 * A model that also outputs ∂output/∂input, named `grad_<input>` and of the input's shape, for each input of `wrt`:
 * reverse-mode differentiation of the graph. The model itself is not changed; weights are shared with it.
 *
 * The result imports operator set 20, or the model's own if that is newer. Problems: `opset-unsupported` before 7,
 * `value-unknown`, `value-not-differentiable` (an input of integers), `output-not-scalar` where the graph says so,
 * `output-independent` of an input, `operator-without-gradient`.
 */
export function differentiate(model: ModelProto, request: DifferentiationRequest): Outcome<ModelProto> {
  return outcomeOf(() => {
    const raised = raiseOpset(model);
    addGradients(raised.graph as GraphProto, request);
    return raised;
  });
}

function addGradients(graph: GraphProto, { output, wrt, constants = [] }: DifferentiationRequest): void {
  const names = new Set(valueNames(graph));
  const inputs = new Map(wrt.map((name) => [name, typeOfInput(graph, name, names)]));
  const knownShapes = inferShapes(graph);
  requireScalar(output, names, knownShapes.shapes.get(output));
  const dependent = valuesThatDependOn(graph, inputs, new Set(constants));
  const types = new Map([...declaredTypes(graph), ...dependent]);
  const builder = new GraphBuilder(graph);
  const pass = new BackwardPass(builder, { ...knownShapes, types }, dependent);
  const forward = [...graph.node];
  pass.start(output);
  for (const node of forward.reverse()) pass.visit(node);
  for (const name of inputs.keys()) {
    const gradient = pass.gradientOf(name);
    if (!gradient) fail('output-independent', `"${output}" does not depend on the input "${name}"`);
    declareGradient(graph, name, builder.rename(gradient.name, gradientName(name)));
  }
}

function declareGradient(graph: GraphProto, input: string, gradient: string): void {
  const declaration = graph.input.find(({ name }) => name === input) as ValueInfoProto;
  graph.output.push({ ...declaration, name: gradient });
}

function typeOfInput(graph: GraphProto, name: string, names: ReadonlySet<string>): ElementType {
  const input = graph.input.find((declared) => declared.name === name);
  if (!input) fail('value-unknown', `The graph has no input "${name}"`);
  if (names.has(gradientName(name))) fail('name-taken', `The graph already has a value "${gradientName(name)}"`);
  const { type } = declaredValue(input);
  if (!type || !isDifferentiable(type)) {
    fail('value-not-differentiable', `The input "${name}" does not hold floating-point numbers`);
  }
  return type;
}

function requireScalar(output: string, names: ReadonlySet<string>, shape: Shape | undefined): void {
  if (!names.has(output)) fail('value-unknown', `The graph has no value "${output}"`);
  if (shape?.some((size) => typeof size === 'number' && size !== 1)) {
    fail('output-not-scalar', `"${output}" is not one number: its shape is [${shape}]`);
  }
}

function declaredTypes({ input, initializer }: GraphProto): [string, ElementType][] {
  const inputs = input.map(declaredValue).map(({ name, type }) => [name, type] as const);
  const tensors = initializer.map(({ name, dataType }) => [name, ELEMENT_NAMES.get(dataType)] as const);
  return [...inputs, ...tensors].filter((entry): entry is [string, ElementType] => entry[1] !== undefined);
}

function fail(code: GraphProblem['code'], message: string): never {
  throw new GraphFailure({ code, message });
}
