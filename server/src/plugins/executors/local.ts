import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';

export const here = definePlugin({
  family: 'executor',
  name: 'local',
  version: 1,
  title: 'This machine: the run itself computes',
  docs: `What a run does that is told nothing else. Runs at once take turns at what uses every core.`,
  params: z.object({}),
  example: 'lookalike run my.experiment.yaml',
  load: async () => ok({ kind: 'here' }),
});
