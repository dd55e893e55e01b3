import type { InferenceSession } from 'onnxruntime-node';
import { type DifferentiationRequest, differentiate } from '../../onnx/gradient/differentiate.js';
import type { ModelProto } from '../../onnx/onnx_pb.js';
import { writeModel } from '../../onnx/read.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { openSession } from '../session.js';

/** A graph that surrogates are part of, and what of it is to be differentiated; nothing where it is only to be run. */
export interface AttackGraph {
  readonly model: ModelProto;
  readonly gradient?: DifferentiationRequest;
}

/** The model of an attack's graph, differentiated; `surrogate-unfit` where a surrogate in it has no gradient. */
export function attackModel({ model, gradient }: AttackGraph): Result<Uint8Array> {
  const outcome = gradient ? differentiate(model, gradient) : ok(model);
  return outcome.ok ? ok(writeModel(outcome.value)) : surrogateUnfit(outcome.problem);
}

/** Opens the graph of an attack; `surrogate-unfit` where ONNX Runtime says that a surrogate does not fit into it. */
export async function openAttackSession(graph: AttackGraph, threads: number): Promise<Result<InferenceSession>> {
  const model = attackModel(graph);
  if (!model.ok) return model;
  try {
    return ok(await openSession(model.value, { threads }));
  } catch (error) {
    return surrogateUnfit(error as Error);
  }
}

/** ONNX Runtime's refusal of a graph that a surrogate is part of. */
export function surrogateUnfit({ message }: { readonly message: string }): Result<never> {
  const hint = 'Check `size`, `layout` and `output` against the model.';
  return fail('surrogate-unfit', `A surrogate’s input or output does not fit: ${message}`, { hint });
}
