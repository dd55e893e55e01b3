import { publishedClip } from '../clip/clip-model.js';
import { immichFiles } from '../clip/published.js';

export const clipVitH14 = publishedClip(
  {
    name: 'clip-vit-h-14',
    title: 'CLIP ViT-H/14 of LAION (1024 numbers)',
    about: `632 million parameters, 257 tokens of 14 × 14 pixels, 335 GFLOP an image, trained by LAION on 2 billion images with
English captions (laion2b_s32b_b79k).`,
    dimension: 1024,
    trainedOn: 'schuhmann2022laion',
    size: 224,
  },
  immichFiles('immich-app/ViT-H-14__laion2b-s32b-b79k'),
);
