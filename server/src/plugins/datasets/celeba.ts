import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { inspectCeleba } from '../celeba/inspection.js';
import { definePlugin } from '../declare.js';
import { filePath, folderPath } from '../params.js';

export const celeba = definePlugin({
  family: 'dataset',
  name: 'celeba',
  version: 1,
  title: 'CelebA: 202,599 photographs of 10,177 identities',
  docs: `CelebA (Liu et al., ICCV 2015) as it is published or as Kaggle repackages it: a folder with the identity file and
one of \`img_align_celeba/\`, \`img_celeba/\` or \`images/\`. Images that the identity file names and the folder does not
hold are counted as missing.`,
  params: z.object({
    root: folderPath('The folder that holds the identity file and the folder of images.'),
    images: folderPath('The folder of images, where it is another one.').optional(),
    identities: filePath('The identity file, where it is another one.').optional(),
    partition: z.enum(['all', 'train', 'val', 'test']).default('all').meta({
      description: 'Which part of the official split; needs list_eval_partition.txt, in the root or in Eval/.',
    }),
  }),
  references: () => ['liu2015celeba'],
  example: '{use: celeba, root: ~/data/celeba}',
  newFile: (parameter) => (parameter === 'identities' ? '000001.jpg 1\n' : undefined),
  inspect: inspectCeleba,
  async load(params) {
    const { CelebaDataset } = await import('../../compute/datasets/celeba.js');
    return ok(new CelebaDataset(params));
  },
});
