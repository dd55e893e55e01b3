import { defineStage } from './declare.js';
import { plugin } from './parts/params.js';

export const dataset = defineStage({
  key: 'dataset',
  title: 'Images',
  docs: 'The images that accuracy and thresholds are computed on.',
  params: plugin('dataset', 'The images that accuracy and thresholds are computed on.'),
  needs: [],
  example: '{use: folder, root: ~/data/faces}',
  block: 'images',
  settings: (spec) => ({ dataset: spec.dataset }),
});
