import type { ElementType, GraphBuilder } from '../build.js';
import { Node } from '../node.js';
import type { NodeProto } from '../onnx_pb.js';
import { GraphFailure } from '../outcome.js';
import type { KnownShapes, Shape } from '../shapes.js';
import { Term } from '../term.js';

/** What is known of a graph's values while it is differentiated. */
export interface KnownValues extends KnownShapes {
  readonly types: ReadonlyMap<string, ElementType>;
}

/** A node to differentiate, with its values as terms to write formulas with. */
export class Operation extends Node {
  readonly inputs: readonly Term[];
  readonly outputs: readonly Term[];

  /** `type` is that of the values which carry a gradient. */
  constructor(
    proto: NodeProto,
    private readonly builder: GraphBuilder,
    private readonly known: KnownValues,
    private readonly type: ElementType,
  ) {
    super(proto);
    this.inputs = proto.input.map((name) => this.term(name));
    this.outputs = proto.output.map((name) => this.term(name));
  }

  private term(name: string): Term {
    return new Term(this.builder, name, this.known.types.get(name) ?? this.type);
  }

  /** An input that may be left out. */
  optional(index: number): Term | undefined {
    return this.proto.input[index] ? this.inputs[index] : undefined;
  }

  /** An output that the node can give and so far need not. */
  extraOutput(index: number): Term {
    this.proto.output[index] ||= this.builder.fresh(this.proto.opType.toLowerCase());
    return this.term(this.proto.output[index]);
  }

  /** A value's shape as far as it is known before the graph runs. */
  shapeOf(term: Term): Shape | undefined {
    return this.known.shapes.get(term.name);
  }

  /** The integers that a value holds, where the graph holds them. */
  constantOf(term: Term): readonly number[] | undefined {
    return this.known.constants.get(term.name);
  }

  rankOf(term: Term): number | undefined {
    return this.shapeOf(term)?.length;
  }

  /** Fails: what the node asks for has no rule. */
  unsupported(why: string): never {
    throw noGradient(this, why);
  }
}

export function noGradient(node: Node, why: string): GraphFailure {
  const message = `The operator ${node.operator} of the node "${node.name}" cannot be differentiated: ${why}`;
  return new GraphFailure({ code: 'operator-without-gradient', message, operator: node.operator, node: node.name });
}

/** Writes the gradient with respect to one input into the graph. It runs only where that gradient is wanted. */
export type InputGradient = () => Term;

/**
 * The chain rule for an operator: from the gradients with respect to its outputs (absent for an output that the
 * loss does not depend on) those with respect to its inputs, in order; an input without one is absent.
 */
export type Rule = (operation: Operation, gradients: readonly Term[]) => readonly (InputGradient | undefined)[];
export type Rules = Readonly<Record<string, Rule>>;
