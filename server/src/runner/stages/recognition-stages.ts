import type { ExperimentSpec } from '../../stages/spec.js';
import type { StageName } from '../../stages/stage-names.js';
import type { StageWorks } from '../progress/stage-clock.js';
import { embeddingsOf, required } from '../results/findings.js';
import { nameSkipped } from '../results/image-counts.js';
import { buildIndex, type ModelIndex } from './build-index.js';
import { embedImages, type ModelEmbeddings } from './embed-images.js';
import { listImages, selectQueries } from './list-images.js';
import { type ModelAccuracy, measureAccuracy } from './measuring/measure-accuracy.js';
import { measureAttributes } from './measuring/measure-attributes.js';
import { measureIdentification } from './measuring/measure-identification.js';
import { measureVerification } from './measuring/measure-verification.js';
import { requireTelling } from './require-telling.js';

/** How well models recognise faces (paper §2.1). */
export const recognitionStages = {
  async dataset(context, spec, findings) {
    findings.images = await listImages(context, spec.dataset);
    findings.queries = selectQueries(spec, findings.images);
    return { value: undefined, cached: false };
  },

  async embed(context, spec, findings) {
    const all: ModelEmbeddings[] = [];
    for (const model of spec.embed?.models ?? []) {
      const embeddings = await embedImages(context, required(findings.images), model);
      await requireTelling(embeddings, required(findings.images));
      all.push(embeddings);
    }
    findings.embeddings = all;
    nameSkipped(context, required(findings.images), all);
    const shardsComputed = all.reduce((sum, { work }) => sum + work.length, 0);
    return { value: undefined, cached: shardsComputed === 0, shardsComputed };
  },

  async index(context, spec, findings) {
    const all: ModelIndex[] = [];
    for (const embeddings of required(findings.embeddings)) {
      all.push(await buildIndex(context, required(spec.index), required(findings.images), embeddings, depthOf(spec)));
      findings.blocks.index = all.map(({ result }) => result);
      context.partDone();
    }
    findings.indexes = all;
    return { value: undefined, cached: all.every(({ cached }) => cached) };
  },

  async accuracy(context, spec, findings) {
    const all: ModelAccuracy[] = [];
    const { top } = required(spec.accuracy);
    for (const index of required(findings.indexes)) {
      const queries = required(findings.queries);
      all.push(await measureAccuracy(context, required(findings.images), index, queries, top));
      findings.blocks.accuracy = all.map(({ result }) => result);
      context.partDone();
    }
    findings.accuracy = all;
    return { value: undefined, cached: all.every(({ found }) => found.cached) };
  },

  verification: measureVerification,

  identification: measureIdentification,

  async attributes(context, spec, findings) {
    const asked = required(spec.attributes);
    const embeddings = embeddingsOf(findings, asked.model);
    const { value, cached } = await measureAttributes(context, asked, required(findings.images), embeddings);
    findings.blocks.attributes = value;
    return { value: undefined, cached };
  },
} satisfies Partial<StageWorks<StageName>>;

/** How many neighbours the later stages ask an index of the data set for; ten, as is usual, where none asks. */
function depthOf({ accuracy, retrieve, gallery }: ExperimentSpec): number {
  const depths = [...(accuracy?.top ?? []), ...(retrieve && !gallery ? [retrieve.results] : [])];
  return depths.length === 0 ? 10 : Math.max(...depths);
}
