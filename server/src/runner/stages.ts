import { STAGES, type StageName } from '../experiment/stage-names.js';
import type { ExperimentSpec } from '../experiment/types.js';
import type { RunContext } from './context.js';
import type { Findings } from './findings.js';
import { recognitionStages } from './recognition-stages.js';
import { robustnessStages } from './robustness-stages.js';
import type { StageClock } from './stage-clock.js';

const WORKS = { ...recognitionStages, ...robustnessStages };

/** The stages of an experiment, in order: one exists when its key does. */
export function stagesOf(spec: ExperimentSpec): StageName[] {
  return STAGES.filter((stage) => spec[stage] !== undefined);
}

/** Runs the stages up to and with `last`, or all; `findings` holds what is done, however it ends. */
export async function runStages(
  context: RunContext,
  spec: ExperimentSpec,
  clock: StageClock,
  findings: Findings,
  last?: string,
): Promise<void> {
  for (const stage of stagesOf(spec)) {
    context.signal.throwIfAborted();
    await clock.time(stage, () => WORKS[stage](context, spec, findings));
    if (stage === last) return;
  }
}
