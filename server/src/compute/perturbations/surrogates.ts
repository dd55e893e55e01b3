import type { GraphProblem } from '../../onnx/outcome.js';
import { chipGradient, featuresBy, toUnitLength } from '../../onnx/pixel-network.js';
import type { Term } from '../../onnx/term.js';
import type { LoadContext, PluginUse, Surrogate } from '../../plugins/declare.js';
import { notFollowed } from '../../plugins/inspection/inspect-surrogate.js';
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
    const { network, size, batch } = opened.value;
    const followed = chipGradient(network, size, batch);
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

/** The network's features of chips as it gives them, [batch, n]. */
export function rawFeaturesOf({ network }: Surrogate, chip: Term): Term {
  const features = featuresBy(network, chip);
  if (!features.ok) throw new SurrogateFailure(features.problem);
  return features.value;
}

/** Thrown where a surrogate cannot be part of a graph; those that `openSurrogates` gives can. */
class SurrogateFailure extends Error {
  constructor(readonly problem: GraphProblem) {
    super(problem.message);
  }
}

function surrogateProblem(use: string, problem: GraphProblem): Problem {
  return notFollowed(`The surrogate ${use}`, problem).problem;
}
