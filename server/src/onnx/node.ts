import type { Attribute, Attributes } from './build.js';
import { type AttributeProto, AttributeProto_AttributeType as AttributeType, type NodeProto } from './onnx_pb.js';

/** An operator applied to values: a view of a node with its attributes decoded. */
export class Node {
  /** Numbers, strings and lists of numbers; tensors and sub-graphs stay in `proto` alone. */
  readonly attributes: Attributes;

  constructor(readonly proto: NodeProto) {
    const entries = proto.attribute.map((attribute) => [attribute.name, decode(attribute)] as const);
    this.attributes = Object.fromEntries(entries.filter((entry) => entry[1] !== undefined)) as Attributes;
  }

  /** The operator, with its domain where that is not ONNX's own. */
  get operator(): string {
    const { domain, opType } = this.proto;
    return domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
  }

  /** The node's name, or that of its first output where it has none. */
  get name(): string {
    return this.proto.name || this.proto.output[0];
  }

  int(name: string, fallback: number): number {
    const value = this.attributes[name];
    return typeof value === 'number' ? value : fallback;
  }

  float(name: string, fallback: number): number {
    const value = this.attributes[name];
    return typeof value === 'object' && 'float' in value ? (value.float as number) : fallback;
  }

  string(name: string, fallback: string): string {
    const value = this.attributes[name];
    return typeof value === 'string' ? value : fallback;
  }

  ints(name: string): readonly number[] | undefined {
    const value = this.attributes[name];
    return Array.isArray(value) ? value : undefined;
  }
}

function decode({ type, f, i, s, floats, ints }: AttributeProto): Attribute | undefined {
  if (type === AttributeType.INT) return Number(i);
  if (type === AttributeType.INTS) return ints.map(Number);
  if (type === AttributeType.FLOAT) return { float: f ?? 0 };
  if (type === AttributeType.FLOATS) return { float: floats };
  if (type === AttributeType.STRING) return new TextDecoder().decode(s);
  return undefined;
}
