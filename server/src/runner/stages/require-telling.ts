import { itemAt } from '../../protocol/item-at.js';
import { Halt } from '../halt.js';
import type { ModelEmbeddings } from './embed-images.js';
import type { Images } from './list-images.js';

/** Ends a run whose embeddings tell no image from another: their order would be that of the files' names. */
export async function requireTelling(embeddings: ModelEmbeddings, { images }: Images): Promise<void> {
  const { model, embedded, unusable } = embeddings;
  const hint = 'Check how pixels are scaled (`mean`, `std`), `output`, and the model’s precision.';
  const [first] = unusable;
  if (embedded.length === 0 && first) {
    const message = `${model.name} gives ${first.message.replace(/ for it$/, '')} for all ${unusable.length} images that it is shown`;
    throw new Halt({ code: 'embeddings-unusable', message, specPath: ['embed', 'models'], hint });
  }
  const contents = new Set(embedded.map((position) => itemAt(images, position).hash));
  if (contents.size < 2 || !(await areAllTheSame(embeddings))) return;
  const message = `${model.name} gives the same embedding for all ${embedded.length} images`;
  throw new Halt({ code: 'embeddings-unusable', message, specPath: ['embed', 'models'], hint });
}

async function areAllTheSame({ vectors }: ModelEmbeddings): Promise<boolean> {
  let reference: Float32Array | undefined;
  for await (const { data, dimension } of vectors.blocks()) {
    reference ??= data.slice(0, dimension);
    if (!data.every((value, at) => value === reference?.[at % dimension])) return false;
  }
  return true;
}
