import { defineStage } from './declare.js';
import { plugin } from './parts/params.js';
import { modelOf } from './parts/settings.js';
import type { PluginUse } from './spec.js';

export const index = defineStage({
  key: 'index',
  title: 'Index',
  docs: 'What searches the embeddings; flat, which is exact, where the file has none and something is searched.',
  params: plugin('index', 'What searches the embeddings; default: flat, where another stage needs one.'),
  needs: [{ section: 'embed', why: 'it searches embeddings' }],
  serves: true,
  example: 'flat',
  block: 'index',
  standard: 'flat',
  finish: (use: PluginUse) => ({ ...use, metric: use.params.metric === 'ip' ? 'ip' : 'l2' }),
  settings: (spec, { model }) => ({ dataset: spec.dataset, index: spec.index, model: modelOf(spec, model) }),
});
