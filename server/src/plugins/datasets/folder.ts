import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { inspectPeople } from '../inspection/folder-inspection.js';
import { hasPlace, IDENTITY_PATTERN, IDENTITY_PATTERN_HINT } from '../inspection/identity-pattern.js';
import { folderPath } from '../params.js';

export const folder = definePlugin({
  family: 'dataset',
  name: 'folder',
  version: 1,
  title: 'A folder with one folder an identity (LFW, VGGFace2, your own)',
  docs: `Every image below the root belongs to the identity that the topmost folder on its path is named after; images
directly in the root have no identity. Where the people are elsewhere on the path, below \`train/\` and \`val/\` or in the names
of the files, \`identity\` says where. JPEG (also .jpe and .jfif), PNG, WebP, AVIF, GIF and TIFF are read; names that begin with a dot are not.
Files of other formats, and without an ending, are counted and named by their ending; text, tables and the like are not.
Links are followed. Links that lead nowhere, and identities without an image, are counted as missing.`,
  params: z.object({
    root: folderPath('The folder that holds the identities’ folders.'),
    identities: z.enum(['folders', 'none']).default('folders').meta({
      description:
        'Whose the images are: `folders` are named after people; `none` where they are not, as the shards of a downloaded gallery: then there is no precision.',
    }),
    identity: z
      .string()
      .regex(IDENTITY_PATTERN, IDENTITY_PATTERN_HINT)
      .refine(hasPlace, IDENTITY_PATTERN_HINT)
      .optional()
      .meta({
        description:
          'Whose an image is, by its path, where that is not its topmost folder: `{folder[0]}` is the topmost, `{folder[1]}` the next and `{folder[-1]}` the one that the image is in; `{name}` is its file’s name without ending, `{name[0]}` what stands before the first `_` in it. An image whose path has not all parts has no identity.',
        examples: ['{folder[-1]}', '{folder[1]}', '{name[0]}'],
      }),
  }),
  example: '{use: folder, root: ~/data/vggface2, identity: "{folder[-1]}"}',
  inspect: inspectPeople,
  async load(params) {
    const { FolderDataset } = await import('../../compute/datasets/folder.js');
    return ok(new FolderDataset(params));
  },
});
