import type { ModelDeclaration, TensorDeclaration } from '../../onnx/header.js';
import { embeddingOutput, fixed, listOf } from '../../plugins/inspection/encoder-ports.js';
import { fail, ok, type Result } from '../../protocol/errors.js';

type IntegerType = 'int32' | 'int64';

export interface IntegerPort {
  readonly name: string;
  readonly type: IntegerType;
}

/** What a text encoder takes and gives. */
export interface TextPorts {
  readonly tokens: IntegerPort;
  /** 1 for a token and 0 for padding, where the encoder asks for that. */
  readonly mask?: IntegerPort;
  readonly output: string;
  /** How many tokens a text must have, or null where it may have any number. */
  readonly length: number | null;
}

/** Finds the tokens that a text encoder takes and the embedding that it gives: `model-unfit` where it has none. */
export function textPorts({ inputs, outputs }: ModelDeclaration): Result<TextPorts> {
  const ports = inputs.filter(isIntegers);
  const mask = ports.find(({ name }) => name.includes('mask'));
  const tokens = ports.find((port) => port !== mask);
  if (!tokens || inputs.length !== (mask ? 2 : 1)) {
    return fail('model-unfit', `The model is no text encoder that can be used: it takes ${listOf(inputs)}`, {
      hint: 'Export the text encoder alone: a batch of tokens in, a batch of embeddings out.',
    });
  }
  const output = embeddingOutput(outputs);
  return output.ok ? ok({ tokens, mask, output: output.value.output, length: fixed(tokens.shape?.[1]) }) : output;
}

function isIntegers(port: TensorDeclaration): port is TensorDeclaration & { type: IntegerType } {
  return (port.type === 'int32' || port.type === 'int64') && port.shape?.length === 2;
}
