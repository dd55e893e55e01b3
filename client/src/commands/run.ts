import { z } from 'zod';
import { showProblem } from '../runs/show-problem.js';
import { startRun } from '../runs/start-run.js';
import type { Command } from './command.js';
import { experimentOf } from './targets.js';

const ofStage = z.object({ stage: z.string() });

/** Runs the experiment as it stands in the editor, saved or not. */
export const run: Command = {
  id: 'lookalike.run',
  async run(services, argument) {
    const uri = experimentOf(argument);
    if (!uri) return;
    const stage = ofStage.safeParse(argument);
    const started = await startRun(services, {
      uri: uri.toString(),
      stage: stage.success ? stage.data.stage : undefined,
    });
    if (!started.ok) await showProblem(started.problem);
  },
};
