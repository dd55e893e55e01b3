import type { ExperimentSpec } from '../../stages/spec.js';
import { STAGE_NAMES, type StageName } from '../../stages/stage-names.js';
import type { RunContext } from '../context.js';
import type { StageClock, StageWorks } from '../progress/stage-clock.js';
import { differencesOf } from '../results/differences.js';
import type { Findings } from '../results/findings.js';
import { recognitionStages } from './recognition-stages.js';
import { robustnessStages } from './robustness-stages.js';

/** What each stage of `stages/stage-names.ts` does. */
const WORKS: StageWorks<StageName> = { ...recognitionStages, ...robustnessStages };

/** What measures rates that are compared with each other. */
const COMPARABLE: readonly StageName[] = ['accuracy', 'poison', 'robustness'];

/** The stages of an experiment, in order: one exists when its key does. */
export function stagesOf(spec: ExperimentSpec): StageName[] {
  return STAGE_NAMES.filter((stage) => spec[stage] !== undefined);
}

/**
 * Runs the stages up to and with `last`, or all; `findings` holds what is done, however it ends. No stage begins before
 * `kept` says that what the one before it found is on the disk.
 */
export async function runStages(
  context: RunContext,
  spec: ExperimentSpec,
  clock: StageClock,
  findings: Findings,
  { last, kept }: { readonly last?: string; readonly kept: () => Promise<void> },
): Promise<void> {
  for (const stage of stagesOf(spec)) {
    context.signal.throwIfAborted();
    await clock.time(stage, async () => {
      const done = await WORKS[stage](context, spec, findings);
      if (COMPARABLE.includes(stage)) findings.blocks.differences = differencesOf(findings);
      return done;
    });
    await kept();
    if (stage === last) return;
  }
}
