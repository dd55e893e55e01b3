import type { ElementType, GraphBuilder } from '../build.js';
import type { NodeProto } from '../onnx_pb.js';
import { Term } from '../term.js';
import { type KnownValues, noGradient, Operation } from './operation.js';
import { RULES } from './rules/rules.js';

/** Operators whose rule takes the gradients of all outputs; of every other only the first output has a gradient. */
const SEVERAL_OUTPUTS: ReadonlySet<string> = new Set(['Split']);

/** Walks the nodes of a graph from last to first and writes the gradients of the values that depend on an input. */
export class BackwardPass {
  /** What each use of a value adds to its gradient. */
  private readonly contributions = new Map<string, Term[]>();

  constructor(
    private readonly builder: GraphBuilder,
    private readonly known: KnownValues,
    private readonly dependent: ReadonlyMap<string, ElementType>,
  ) {}

  /** Starts from ∂output/∂output = 1, in the output's shape. */
  start(output: string): void {
    const type = this.dependent.get(output);
    if (!type) return;
    const value = new Term(this.builder, output, type);
    this.contributions.set(output, [value.constant(1).reshape(value.shape())]);
  }

  /** The sum of what all uses of a value so far have added; undefined where nothing depends on it. */
  gradientOf(name: string): Term | undefined {
    const [first, ...others] = this.contributions.get(name) ?? [];
    if (!first) return undefined;
    const sum = others.reduce((total, other) => total.add(other), first);
    this.contributions.set(name, [sum]);
    return sum;
  }

  visit(node: NodeProto): void {
    const gradients = node.output.map((name) => this.gradientOf(name));
    const reached = gradients.findIndex((gradient) => gradient !== undefined);
    if (reached < 0) return;
    const operation = new Operation(node, this.builder, this.known, gradients[reached]!.type);
    const rule = RULES[operation.operator];
    if (!rule) throw noGradient(operation, 'there is no rule for it');
    if (gradients.findLastIndex((gradient) => gradient) > 0 && !SEVERAL_OUTPUTS.has(operation.operator)) {
      throw noGradient(operation, 'there is a rule for its first output only');
    }
    const partials = rule(operation, gradients as Term[]);
    node.input.forEach((name, index) => {
      if (!this.dependent.has(name)) return;
      const partial = partials[index];
      if (!partial) throw noGradient(operation, `there is no rule for its input "${name}"`);
      this.contribute(name, partial());
    });
  }

  private contribute(name: string, gradient: Term): void {
    this.contributions.set(name, [...(this.contributions.get(name) ?? []), gradient]);
  }
}
