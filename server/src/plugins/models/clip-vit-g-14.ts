import { publishedClip } from '../clip/clip-model.js';
import { immichFiles } from '../clip/published.js';

export const clipVitG14 = publishedClip(
  {
    name: 'clip-vit-g-14',
    title: 'CLIP ViT-g/14 of LAION (1024 numbers)',
    about: `The paper's largest, which it writes ViT-G/14: 1.01 billion parameters, 257 tokens of 14 × 14 pixels, 534 GFLOP an
image, trained by LAION on 2 billion images with English captions (laion2b_s12b_b42k).`,
    dimension: 1024,
    trainedOn: 'schuhmann2022laion',
    size: 224,
  },
  immichFiles('immich-app/ViT-g-14__laion2b-s12b-b42k', { fp32: 4050 }),
);
