import { totalmem } from 'node:os';
import { basename, resolve } from 'node:path';
import { readExperiment } from '../../experiment/read.js';
import type { Matrix, Plugin } from '../../plugins/declare.js';
import { inMemory } from '../../plugins/matrix.js';
import { itemAt } from '../../protocol/item-at.js';
import type { ServeFolderRequest } from '../../protocol/searching/serve.js';
import { factsOf, loadPlugin, type RunContext, workContext } from '../../runner/context.js';
import { Halt, unwrap } from '../../runner/halt.js';
import { LazyModel } from '../../runner/lazy-model.js';
import { EXACT } from '../../runner/stages/build-index.js';
import type { NamedUse } from '../../stages/spec.js';
import { normalised } from '../normalised.js';
import { QueryEncoder } from '../query-encoder.js';
import type { SearchTimes } from '../search-times.js';
import { ServedIndex } from '../served-index.js';
import { FolderEntries } from './folder-entries.js';
import { readNpy } from './npy-matrix.js';
import { type FolderShard, listShards } from './shards.js';

/** clip-retrieval's own limit, of embeddings by a model that is not named. */
const DUPLICATE_COSINE = 0.94;

/**
 * An index over the image embeddings of a folder in clip-retrieval's format, under the folder's name. Throws a `Halt`
 * with `folder-incomplete`, `npy-invalid`, `parquet-invalid`, `folder-too-large`, `dimension-mismatch` or `model-invalid`.
 */
export async function openFolder(
  context: RunContext,
  { folder, model: text, images }: Pick<ServeFolderRequest, 'folder' | 'model' | 'images'>,
  times: SearchTimes,
): Promise<ServedIndex> {
  const shards = unwrap(await listShards(folder));
  const model = text === undefined ? undefined : modelOf(text, context.plugins);
  const facts = model && factsOf(context, 'model', model);
  const dimension = dimensionOf(shards, model?.name, facts?.dimension);
  const vectors = await readVectors(shards, dimension);
  const exact = await loadPlugin(context, 'index', { ...EXACT, params: { metric: 'ip' } });
  const kept = context.cache.of('indexes', 'folder');
  const source = inMemory(vectors);
  unwrap(await exact.build(source, kept, workContext(context, 'index', basename(folder))));
  return new ServedIndex({
    name: basename(resolve(folder)),
    entries: await FolderEntries.open(context, shards, images),
    vectors,
    index: unwrap(await exact.open(source, kept)),
    duplicateCosine: facts ? facts.duplicateCosine : DUPLICATE_COSINE,
    encoder: new QueryEncoder(model?.name, model && new LazyModel(context, model), times),
    times,
  });
}

/** A model as an experiment's `embed.models` names it: `clip-vit-b-32`, or a block in braces. */
function modelOf(text: string, plugins: readonly Plugin[]): NamedUse {
  const file = resolve('model');
  const read = readExperiment('dataset: synthetic\n', {
    file,
    env: process.env,
    overrides: [`embed.models=[${text}]`],
    plugins,
  });
  const [model] = read.spec?.embed?.models ?? [];
  if (model) return model;
  const error = read.diagnostics.find(({ severity }) => severity === 'error');
  const hint = 'Name it as in an experiment: --model clip-vit-b-32, or --model "{use: onnx, file: …}".';
  throw new Halt({ code: 'model-invalid', message: `--model ${text}: ${error?.message}`, hint });
}

function dimensionOf(shards: readonly FolderShard[], model: string | undefined, expected: number | undefined): number {
  const { embeddings: first } = itemAt(shards, 0);
  const other = shards.find(({ embeddings }) => embeddings.dimension !== first.dimension)?.embeddings;
  const { file, dimension } = other ?? first;
  const wanted = other ? first.dimension : (expected ?? dimension);
  if (dimension === wanted) return dimension;
  const whose = other ? first.file : model;
  const message = `${file} has vectors of ${dimension} numbers; those of ${whose} have ${wanted}`;
  const hint = 'Name the model that made the embeddings, and keep those of different models in different folders.';
  throw new Halt({ code: 'dimension-mismatch', message, hint });
}

/** Of length 1, whatever rounding has made of them. */
async function readVectors(shards: readonly FolderShard[], dimension: number): Promise<Matrix> {
  const rows = shards.reduce((sum, { embeddings }) => sum + embeddings.rows, 0);
  const bytes = rows * dimension * Float32Array.BYTES_PER_ELEMENT;
  if (bytes > totalmem()) {
    const message = `${rows} vectors of ${dimension} numbers need ${bytes} bytes, more memory than this machine has`;
    throw new Halt({ code: 'folder-too-large', message, hint: 'Serve a part of the folder’s files.' });
  }
  const data = new Float32Array(rows * dimension);
  let start = 0;
  for (const { embeddings } of shards) {
    const part = data.subarray(start, start + embeddings.rows * dimension);
    unwrap(await readNpy(embeddings, part));
    start += part.length;
  }
  for (let at = 0; at < data.length; at += dimension) {
    data.set(normalised(data.subarray(at, at + dimension)), at);
  }
  return { data, rows, dimension };
}
