import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { searchPairs } from '../params.js';

export const slurm = definePlugin({
  family: 'executor',
  name: 'slurm',
  version: 1,
  title: 'A Slurm cluster: array tasks compute the shards',
  docs: `Hands embedding, perturbing and large exact searches to Slurm as job arrays, by \`sbatch\`, \`squeue\`, \`scontrol\` and \`scancel\`; the
run itself stays where it was started, and computes the rest. The experiment’s folder, the images, the models and Lookalike
must be visible on the nodes under the same paths. A shard is done when its checksummed file is there, whatever the queue
says; what a task leaves undone is submitted again, alone, twice at the most. A run that was killed or closed finds its jobs
again when the file is run again; one that is cancelled leaves none. [More on clusters](clusters.md).`,
  params: z.object({
    partition: z.string().min(1).optional().meta({ description: 'Where the jobs go. Default: the cluster’s.' }),
    account: z.string().min(1).optional().meta({ description: 'Whom they are charged to. Default: yours.' }),
    time: z
      .string()
      .regex(/^(\d+-)?\d+(:\d{1,2}){0,2}$/)
      .optional()
      .meta({
        description:
          'How long a task may take, as Slurm writes it: `30` minutes, `2:00:00`, `1-12`. Default: the partition’s.',
      }),
    memory: z
      .string()
      .regex(/^\d+[KMGT]?$/)
      .optional()
      .meta({ description: 'Memory of a task, as Slurm writes it: `8G`. Default: the cluster’s.' }),
    cores: z.int().min(1).max(1024).default(4).meta({ description: 'Cores of a task.' }),
    gpus: z.int().min(0).max(64).default(0).meta({
      description: 'GPUs of a task; a model computes on them where `--device` says so.',
    }),
    minutes: z.number().positive().max(10_000).default(10).meta({
      description:
        'How long a task should take, by what was measured of a shard: less makes more tasks, each of which starts anew.',
    }),
    atOnce: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'How many tasks of an array run at once. Default: what there is room for.' }),
    pairs: searchPairs,
    prelude: z.string().default('').meta({
      description: 'Lines of shell before the work: `module load nodejs`. They run on the nodes, with your rights.',
    }),
    options: z
      .array(z.string().regex(/^--[a-z][a-z-]*(=.*)?$/))
      .default([])
      .meta({ description: 'More options of `sbatch`: `[--constraint=a100, --qos=long]`.' }),
  }),
  example: 'lookalike run my.experiment.yaml --executor slurm --executor-set partition=gpu --executor-set time=2:00:00',
  async load(params) {
    const { SlurmExecutor } = await import('../../compute/executors/slurm.js');
    return ok(new SlurmExecutor(params));
  },
});
