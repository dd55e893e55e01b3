import { GraphBuilder } from '../../onnx/build.js';
import { differentiate } from '../../onnx/gradient/differentiate.js';
import { includeModel } from '../../onnx/include.js';
import type { ModelProto } from '../../onnx/onnx_pb.js';
import type { GraphProblem, Outcome } from '../../onnx/outcome.js';
import { graphOf } from '../../onnx/read.js';
import { Term } from '../../onnx/term.js';
import type { LoadContext, PluginUse, Surrogate } from '../../plugins/declare.js';
import { fail, ok, type Problem, type Result } from '../../protocol/errors.js';

/** The surrogates of an attack, and how many chips they all take at once: null where they take any number. */
export interface Surrogates {
  readonly all: readonly Surrogate[];
  readonly batch: number | null;
}

/** Opens an attack's surrogates: `surrogate-unfit` where they do not take chips in the same number. */
export async function openSurrogates(uses: readonly PluginUse[], context: LoadContext): Promise<Result<Surrogates>> {
  if (!context.openSurrogate) throw new Error('A perturbation is loaded without a way to open surrogates');
  const all: Surrogate[] = [];
  for (const use of uses) {
    const opened = await context.openSurrogate(use);
    if (!opened.ok) return opened;
    const followed = gradientOf(opened.value);
    if (!followed.ok) return { ok: false, problem: surrogateProblem(use.use, followed.problem) };
    all.push(opened.value);
  }
  const [batch = null, ...others] = new Set(all.flatMap(({ batch }) => batch ?? []));
  if (others.length === 0) return ok({ all, batch });
  const hint = 'Export them with a free batch dimension.';
  return fail('surrogate-unfit', `The surrogates take ${[batch, ...others].join(' and ')} images at once`, { hint });
}

/**
 * How many rows a batch of so many chips is given. One row alone would be multiplied otherwise than one of several and
 * rounded otherwise: what comes of a photograph must not depend on what else is in the batch.
 */
export function rowsOf({ batch }: Surrogates, chips: number): number {
  return batch ?? Math.max(2, chips);
}

/** The network's features of chips, [batch, n], each of length 1. */
export function featuresOf(surrogate: Surrogate, chips: Term): Term {
  return toUnitLength(rawFeaturesOf(surrogate, chips));
}

/** Rows brought to length 1. */
export function toUnitLength(rows: Term): Term {
  return rows.div(rows.apply('ReduceL2', [rows.ints(1)], { keepdims: 1 }).max(SHORTEST));
}

/** The network's features of chips as it gives them, [batch, n]. */
export function rawFeaturesOf({ network }: Surrogate, chip: Term): Term {
  const { inputs, outputs } = graphOf(network);
  const included = includeModel(chip.builder, network, { [inputs[0].name]: chip.name });
  if (!included.ok) throw new SurrogateFailure(included.problem);
  return new Term(chip.builder, included.value.get(outputs[0].name) as string, 'float32');
}

/** Shorter features are taken for those of nothing at all. */
const SHORTEST = 1e-12;

/** The gradient of a surrogate's features by itself: a problem where it has none. */
function gradientOf(surrogate: Surrogate): Outcome<ModelProto> {
  const g = new GraphBuilder('surrogate');
  const { size } = surrogate;
  const chip = new Term(g, g.input('chip', 'float32', [surrogate.batch ?? 'batch', 3, size, size]), 'float32');
  try {
    const sum = featuresOf(surrogate, chip).apply('ReduceSum', [], { keepdims: 0 });
    return differentiate(g.toModel(), { output: sum.name, wrt: ['chip'] });
  } catch (error) {
    if (error instanceof SurrogateFailure) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Thrown where a surrogate cannot be part of a graph; those that `openSurrogates` gives can. */
class SurrogateFailure extends Error {
  constructor(readonly problem: GraphProblem) {
    super(problem.message);
  }
}

function surrogateProblem(use: string, { code, message }: GraphProblem): Problem {
  const hint = 'Use another model, or export this one with operators of ONNX’s own that can be differentiated.';
  return fail(code, `The surrogate ${use} cannot be followed to the photograph: ${message}`, { hint }).problem;
}
