import { publishedClip } from '../clip/clip-model.js';
import { xenovaFiles } from '../clip/published.js';

export const clipVitL14 = publishedClip(
  {
    name: 'clip-vit-l-14',
    title: 'CLIP ViT-L/14 of OpenAI (768 numbers)',
    about: `The CLIP behind the public index of LAION-5B: 304 million parameters, 257 tokens of 14 × 14 pixels, 162 GFLOP an image,
trained by OpenAI on 400 million images with their captions.`,
    dimension: 768,
    size: 224,
  },
  xenovaFiles('Xenova/clip-vit-large-patch14', { fp32: 1220, fp16: 609, int8: 307 }),
);
