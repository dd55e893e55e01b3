import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { searchPairs } from '../params.js';

export const manual = definePlugin({
  family: 'executor',
  name: 'manual',
  version: 1,
  title: 'Whatever you start yourself: the run says what is to be computed, and waits',
  docs: `For schedulers that Lookalike does not know. The run writes a plan, says where it is and how many shards it has,
and waits for them; whoever computes calls \`lookalike shard PLAN --index N\` for each, in any order, on any machine that
sees the folder. [Lines for Kubernetes and GNU parallel](clusters.md).`,
  params: z.object({ pairs: searchPairs }),
  example: 'lookalike run my.experiment.yaml --executor manual',
  async load({ pairs }) {
    const { ManualExecutor } = await import('../../compute/executors/manual.js');
    return ok(new ManualExecutor(pairs));
  },
});
