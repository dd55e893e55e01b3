import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { isImageName } from '../../protocol/images/image-endings.js';
import { definePlugin } from '../declare.js';
import { declaredPlugins, folderPath } from '../params.js';

export const precomputed = definePlugin({
  family: 'perturbation',
  surrogates: 'declared',
  name: 'precomputed',
  version: 1,
  title: 'Perturbed photographs that are there already, in a folder',
  docs: `What another tool made, or an earlier run: a folder with a perturbed version of each photograph, at the photograph’s
own size. Without a \`pattern\` the usual names are tried: \`{stem}_cloaked.png\` (Fawkes), \`{stem}_attacked.png\` (LowKey),
\`{stem}_perturbed.png\`, \`{id}.png\`, \`{stem}.png\` and \`{id}\`. A photograph itself, or a copy of it under its own name
among versions, is no version of it. Those that are missing or of another size are counted and named; where none is left, the run says
so and ends.`,
  params: z.object({
    folder: folderPath('The folder of perturbed photographs.'),
    pattern: z
      .string()
      .regex(/\{(id|stem|name)\}/, 'it must hold {id}, {stem} or {name}: each photograph has a version of its own')
      .optional()
      .meta({
        description:
          'Names below the folder: `{id}` is the photograph’s id, `{stem}` the id without its ending, `{name}` the file’s name alone without it.',
      }),
    surrogates: declaredPlugins(
      'model',
      'The models that it was made against, as in `embed.models`, or by their names there: a rate by one of their weights is white-box. Default: not known.',
    ),
  }),
  example: '{use: precomputed, folder: ~/data/cloaked, pattern: "{stem}_cloaked.png"}',
  async inspect({ folder }, files) {
    const entries = await files.list(folder);
    if (entries.some(({ name, kind }) => kind === 'folder' || isImageName(name))) return [];
    const hint = 'It takes a perturbed version of each photograph, named after it.';
    return [{ code: 'files-unfit', message: `${folder} holds no image`, hint, specPath: ['folder'] }];
  },
  async load({ folder, pattern }) {
    const { Precomputed } = await import('../../compute/perturbations/precomputed.js');
    const { USUAL_NAMES } = await import('../../compute/perturbations/perturbed-names.js');
    return ok(new Precomputed(folder, pattern ? [pattern] : USUAL_NAMES));
  },
});
