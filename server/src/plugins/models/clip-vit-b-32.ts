import { publishedClip } from '../clip/clip-model.js';
import { xenovaFiles } from '../clip/published.js';

export const clipVitB32 = publishedClip(
  {
    name: 'clip-vit-b-32',
    title: 'CLIP ViT-B/32 of OpenAI (512 numbers)',
    about: `The smallest CLIP: 88 million parameters, 50 tokens of 32 × 32 pixels, 8.8 GFLOP an image, trained by OpenAI on 400
million images with their captions.`,
    dimension: 512,
    size: 224,
  },
  xenovaFiles('Xenova/clip-vit-base-patch32', { fp32: 352, fp16: 176, int8: 89 }),
);
