import type { Results } from '../protocol/results.js';
import type { RunContext } from './context.js';
import type { ModelEmbeddings } from './stages/embed-images.js';
import type { ImageSet } from './stages/list-images.js';

/** Names the images that are left out of an embedding stage: those that are none, and those without a face. */
export function nameSkipped(context: RunContext, set: ImageSet, all: readonly ModelEmbeddings[]): void {
  nameUnreadable(context, set, all);
  nameFaceless(context, set, all);
}

/** An image that one model cannot read, none can: each is named once. */
function nameUnreadable(context: RunContext, set: ImageSet, all: readonly ModelEmbeddings[]): void {
  const positions = new Map(
    all.flatMap(({ unreadable }) => unreadable.map(({ position, message }) => [position, message])),
  );
  for (const [position, message] of positions) {
    context.skip({ id: set.images[position].id, code: 'image-unreadable', message });
  }
}

function nameFaceless(context: RunContext, set: ImageSet, all: readonly ModelEmbeddings[]): void {
  for (const { model, noFace } of all) {
    for (const position of noFace) {
      context.skip({ id: set.images[position].id, code: 'no-face', message: `${model.name} finds no face in it` });
    }
  }
}

export function imageCounts(images: ImageSet | undefined, embeddings: readonly ModelEmbeddings[]): Results['images'] {
  const unreadable = new Set(embeddings.flatMap((model) => model.unreadable.map(({ position }) => position)));
  const faces =
    embeddings.find(({ model }) => model.use === 'face-recognition') ??
    embeddings.find(({ noFace }) => noFace.length > 0);
  return {
    total: (images?.images.length ?? 0) + (images?.unreadable ?? 0),
    identities: images?.perIdentity.size ?? 0,
    missing: images?.missing ?? 0,
    copies: images?.copies ?? 0,
    passedOver: images && Object.keys(images.passedOver).length > 0 ? images.passedOver : undefined,
    unreadable: (images?.unreadable ?? 0) + unreadable.size,
    noFace: faces?.noFace.length ?? 0,
  };
}
