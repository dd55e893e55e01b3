import { join } from 'node:path';
import * as z from 'zod';
import { ok, type Result } from '../../protocol/errors.js';
import { clipModel, normalise } from '../clip/clip-model.js';
import trained from '../clip/clip-portraits.json' with { type: 'json' };
import { requireShipped, shippedFolder } from '../clip/shipped-files.js';

/** The files of a training, in its folder. */
export const CLIP_FILES = { image: 'vision_model.onnx', text: 'text_model.onnx', tokenizer: 'tokenizer.json' } as const;

/** The model with the weights of a folder, which is asked for whenever they are needed. */
export function clipOfPortraits(findFolder: () => Result<string>) {
  return clipModel(
    {
      name: 'clip-portraits',
      title: 'A small CLIP of drawn portraits, which comes with the product (128 numbers)',
      about: `A CLIP in miniature, for trying things out without a download: 0.6 million parameters, trained by Lookalike on the
portraits of \`synthetic\` and captions of what was drawn. It knows drawn portraits and a hundred English words alone: of
photographs, and of anything else that is asked by words, what it says means nothing. It is no substitute for CLIP.
docs/clip-portraits.md says what it can.`,
      dimension: 128,
      size: 96,
      knows: { dataset: 'synthetic', images: 'drawn portraits', words: new Set(trained.words) },
    },
    {
      params: z.object({ normalise }),
      example: 'clip-portraits',
      filesOf() {
        const folder = findFolder();
        if (!folder.ok) return folder;
        const [image, text, tokenizer] = [CLIP_FILES.image, CLIP_FILES.text, CLIP_FILES.tokenizer].map((name) =>
          join(folder.value, name),
        ) as [string, string, string];
        return ok({ image, text, tokenizer });
      },
    },
  );
}

export const clipPortraits = clipOfPortraits(() => {
  const folder = shippedFolder('clip-portraits');
  const whole = requireShipped(folder, trained.files);
  return whole.ok ? ok(folder) : whole;
});
