import { unknownText, unknownWords } from '../../plugins/clip/knowledge.js';
import type { Facts } from '../../plugins/declare.js';
import { fail } from '../../protocol/errors.js';
import { stages } from '../../stages/all.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import { type PlacedUse, permissionsOf, pluginOf, usesOf } from '../plugin-uses.js';
import type { Reading } from '../reader.js';
import type { SpecPath } from '../syntax/tree.js';

/** Checks what plugins say of themselves against what the experiment does with them; no file is read. */
export function checkFacts(reading: Reading, spec: Partial<ExperimentSpec>): void {
  const uses = usesOf(spec, reading.plugins);
  checkIndex(reading, spec, uses);
  checkQueries(reading, spec, uses);
  checkDataset(reading, spec, uses);
  checkEligible(reading, spec);
  checkTrackers(reading, spec, uses);
  checkPercentile(reading, spec);
  checkWords(reading, spec, uses);
  checkKnowledge(reading, spec, uses);
  for (const { permission, at } of permissionsOf(uses, reading.plugins)) {
    if (permission !== 'remote') continue;
    const hint = 'A run asks first; nothing is sent without your yes.';
    reading.warn('remote-service', at, 'Images of faces, or embeddings of them, leave this machine', {
      hint,
      range: useRange(reading, at),
    });
  }
}

/** An inner product orders vectors as distances do only where they are of one length. */
function checkIndex(reading: Reading, { index }: Partial<ExperimentSpec>, uses: readonly PlacedUse[]): void {
  if (index?.metric !== 'ip') return;
  for (const placed of uses.filter(({ at }) => at[0] === 'embed')) {
    if (factsOf(reading, placed).normalised !== false) continue;
    const message = `Vectors of "${placed.use.use}" are not of length 1: their inner product is no measure of likeness`;
    const hint = 'Write `metric: l2`.';
    const related = [{ path: placed.at, message: 'this model' }];
    reading.warn('index-unfit', ['index', 'metric'], message, { hint, related, range: valueRange(reading, 'metric') });
  }
}

function checkQueries(reading: Reading, { queries }: Partial<ExperimentSpec>, uses: readonly PlacedUse[]): void {
  const { images } = datasetFacts(reading, uses);
  if (queries?.sample === undefined || images === undefined || queries.sample <= images) return;
  const message = `The data set has ${images} images: every one of them is queried, not ${queries.sample}`;
  reading.warn('selection-unfit', ['queries', 'sample'], message, {
    range: reading.tree.rangeOf(['queries', 'sample']),
  });
}

/** What a stage asks of the data set that it does not have. */
function checkDataset(reading: Reading, spec: Partial<ExperimentSpec>, uses: readonly PlacedUse[]): void {
  const facts = datasetFacts(reading, uses);
  const related = [{ path: ['dataset'], message: 'this data set' }];
  for (const { key, unfit } of stages) {
    for (const { code, at = [], message, fatal } of (spec[key] && unfit?.(spec, facts)) || []) {
      const path = [key, ...at];
      const range = at.length > 0 && reading.tree.nodeAt(path) ? reading.tree.rangeOf(path) : undefined;
      if (fatal) reading.error(code, path, message, { related });
      else reading.warn(code, path, message, { related, ...(range && { range }) });
    }
  }
}

function checkEligible(reading: Reading, { robustness, retrieve }: Partial<ExperimentSpec>): void {
  if (!robustness || !retrieve || robustness.minValid <= retrieve.results) return;
  const message = `No query counts: of ${retrieve.results} results no ${robustness.minValid} can be valid`;
  const related = [{ path: ['retrieve'], message: `asks for ${retrieve.results} results` }];
  reading.warn('selection-unfit', ['robustness'], message, { related });
}

/** Whoever searches again needs what is searched at hand. */
function checkTrackers(reading: Reading, spec: Partial<ExperimentSpec>, uses: readonly PlacedUse[]): void {
  const at = spec.robustness?.trackers?.indexOf('dynamic') ?? -1;
  if (at < 0 || !permissionsOf(uses, reading.plugins).some(({ family }) => family === 'retrieval')) return;
  const path = ['robustness', 'trackers', at];
  const message = 'A dynamic tracker searches again with what was found, which takes an engine on this machine';
  reading.error('tracker-unfit', path, message, {
    hint: 'Write `retrieve: {use: local}`, or `trackers: [static]`.',
    range: reading.tree.rangeOf(path),
    related: [{ path: ['retrieve'], message: 'this engine is elsewhere' }],
  });
}

/** Questions are asked by words, which a model must take. */
function checkWords(
  reading: Reading,
  { attributes, embed }: Partial<ExperimentSpec>,
  uses: readonly PlacedUse[],
): void {
  const index = embed?.models.findIndex(({ name }) => name === attributes?.model) ?? -1;
  const asked = uses.find(({ at }) => at[0] === 'embed' && at[2] === index);
  if (!attributes || !asked || factsOf(reading, asked).words !== false) return;
  const message = `The model "${attributes.model}" has no text encoder to ask questions with`;
  const hint = 'Embed a CLIP model and name it here: `model: clip-vit-b-32`.';
  const isNamed = reading.tree.nodeAt(['attributes', 'model']) !== undefined;
  const at = isNamed ? ['attributes', 'model'] : ['attributes'];
  const range = isNamed ? reading.tree.rangeOf(at) : reading.tree.keyRangeOf(at);
  reading.error('model-without-words', at, message, {
    hint,
    range,
    related: [{ path: asked.at, message: 'this model' }],
  });
}

/** A model that knows images and words of one kind alone says something of all others too, which means nothing. */
function checkKnowledge(reading: Reading, spec: Partial<ExperimentSpec>, uses: readonly PlacedUse[]): void {
  const { attributes } = spec;
  for (const placed of uses) {
    const model = placed.at[0] === 'embed' && placed.at.length === 3 && spec.embed?.models[Number(placed.at[2])];
    const { knows } = model ? factsOf(reading, placed) : {};
    if (!model || !knows) continue;
    const { name } = model;
    for (const section of ['dataset', 'gallery'] as const) {
      const images = spec[section];
      // A subset may be of any data set.
      if (!images || images.use === knows.dataset || images.use === 'subset') continue;
      const message = `"${name}" knows ${knows.images} alone: what it says of \`${images.use}\` means nothing`;
      const hint = 'Take a model that was trained on photographs, such as clip-vit-b-32.';
      const related = [{ path: [section], message: 'these images' }];
      reading.warn('model-unlearned', placed.at, message, { hint, related, range: useRange(reading, placed.at) });
    }
    for (const { name: question, yes, no } of attributes?.model === name ? attributes.ask : []) {
      const unknown = unknownWords(`${yes} ${no}`, knows);
      if (unknown.length === 0) continue;
      const message = `"${name}" does not know ${unknownText(unknown)}: its answers mean nothing`;
      const hint = 'Ask by words that it knows: docs/clip-portraits.md says what of.';
      reading.warn('model-unlearned', ['attributes', 'ask', question], message, { hint });
    }
  }
}

/** A share where per cent are meant makes a threshold of nearly the smallest distance. */
function checkPercentile(reading: Reading, { threshold }: Partial<ExperimentSpec>): void {
  const at = ['threshold', 'percentile'];
  const { percentile = 0 } = threshold ?? {};
  if (percentile <= 0 || percentile >= 1 || !reading.tree.nodeAt(at)) return;
  const suggestion = String(Number((100 * percentile).toPrecision(6)));
  const message = `A percentile is of 100: ${percentile} is nearly the smallest distance; did you mean ${suggestion}?`;
  reading.warn('percentile-unlikely', at, message, { suggestion, range: reading.tree.rangeOf(at) });
}

function datasetFacts(reading: Reading, uses: readonly PlacedUse[]): Facts {
  const dataset = uses.find(({ at }) => at[0] === 'dataset');
  return dataset ? factsOf(reading, dataset) : {};
}

function factsOf(reading: Reading, placed: PlacedUse): Facts {
  return pluginOf(placed, reading.plugins)?.describe?.(placed.use.params, unread) ?? {};
}

/** The disk is looked at later, if at all. */
function unread(file: string) {
  return fail('model-unread', `${file} is not read here`);
}

function useRange({ tree }: Reading, at: SpecPath) {
  return tree.rangeOf(tree.nodeAt([...at, 'use']) ? [...at, 'use'] : at);
}

function valueRange({ tree }: Reading, key: string) {
  return tree.rangeOf(tree.nodeAt(['index', key]) ? ['index', key] : ['index']);
}
