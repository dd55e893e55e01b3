import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { declaredPlugins } from '../params.js';

export const command = definePlugin({
  family: 'perturbation',
  surrogates: 'declared',
  name: 'command',
  version: 1,
  title: 'An outside tool, run on a folder of photographs',
  docs: `Runs a program on copies of the photographs and takes what it writes into \`{output}\`, or beside the photographs as
Fawkes does. The program is given as a list of words and never meets a shell. It runs with your rights, so a run needs
your yes: \`--allow command\`. A tool that gives other bytes for the same photograph each time makes runs that differ.`,
  params: z.object({
    run: z
      .array(z.string().min(1))
      .min(1)
      .refine((words) => words.some((word) => word.includes('{input}')), 'one of the words must hold {input}')
      .meta({
        description:
          'The program, on the PATH or by its absolute path, and its arguments. `{input}` stands for the folder of photographs, `{output}` for an empty one.',
      }),
    pattern: z.string().min(1).optional().meta({
      description:
        'How the tool names what it writes: `{stem}_cloaked.png`. Default: the usual names of `precomputed`.',
    }),
    batch: z.int().min(1).max(100_000).default(50).meta({
      description: 'Photographs in one call. What one call made is kept when the run is killed in the next.',
    }),
    timeout: z.number().positive().max(604_800).default(3600).meta({ description: 'Seconds that a call may take.' }),
    megabytes: z.number().positive().default(50).meta({
      description: 'How much a call may write for each photograph; it is ended beyond that.',
    }),
    surrogates: declaredPlugins(
      'model',
      'The models that it was made against, as in `embed.models`, or by their names there: a rate by one of their weights is white-box. Default: not known.',
    ),
  }),
  example: '{use: command, run: [fawkes, -d, "{input}", --mode, mid], pattern: "{stem}_cloaked.png"}',
  permission: () => 'command',
  async load({ run, pattern, batch, timeout, megabytes }, { folder }) {
    const { CommandPerturbation } = await import('../../compute/perturbations/command.js');
    const { USUAL_NAMES } = await import('../../compute/perturbations/perturbed-names.js');
    const patterns = pattern ? [pattern] : USUAL_NAMES;
    return ok(new CommandPerturbation({ run, patterns, batch, timeout, megabytes }, folder));
  },
});
