import { z } from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { inspectPeople } from '../inspection/folder-inspection.js';
import { folderPath } from '../params.js';

export const folder = definePlugin({
  family: 'dataset',
  name: 'folder',
  version: 1,
  title: 'A folder with one folder an identity (LFW, VGGFace2, your own)',
  docs: `Every image below the root belongs to the identity that the topmost folder on its path is named after; images
directly in the root have no identity. JPEG (also .jpe and .jfif), PNG, WebP, AVIF, GIF and TIFF are read; names that begin with a dot are not.
Files of other formats, and without an ending, are counted and named by their ending; text, tables and the like are not.
Links are followed. Links that lead nowhere, and identities without an image, are counted as missing.`,
  params: z.object({
    root: folderPath('The folder that holds the identities’ folders.'),
    identities: z.enum(['folders', 'none']).default('folders').meta({
      description:
        'Whose the images are: `folders` are named after people; `none` where they are not, as the shards of a downloaded gallery: then there is no precision.',
    }),
  }),
  example: '{use: folder, root: ~/data/lfw}',
  inspect: inspectPeople,
  async load({ root, identities }) {
    const { FolderDataset } = await import('../../compute/datasets/folder.js');
    return ok(new FolderDataset(root, identities));
  },
});
