import { extname } from 'node:path';
import { itemAt } from '../../protocol/item-at.js';
import type { Results } from '../../protocol/results.js';
import type { RunContext } from '../context.js';
import type { ModelEmbeddings } from '../stages/embed-images.js';
import type { ImageSet } from '../stages/list-images.js';
import type { Findings } from './findings.js';

/** Names the images that are left out of an embedding stage: those that are none, without a face, or without a vector. */
export function nameSkipped(context: RunContext, set: ImageSet, all: readonly ModelEmbeddings[]): void {
  nameUnreadable(context, set, all);
  nameFaceless(context, set, all);
  for (const embeddings of all) nameUnusable(context, set, embeddings);
}

/** A count of them is a warning, as it is the model that is at fault, not the images. */
function nameUnusable(context: RunContext, { images }: ImageSet, { model, unusable }: ModelEmbeddings): void {
  for (const { position, message } of unusable) {
    context.skip({ id: itemAt(images, position).id, code: 'no-embedding', message: `${model.name} gives ${message}` });
  }
  const [first] = unusable;
  if (!first) return;
  const { position, message } = first;
  context.warn({
    code: 'no-embedding',
    message: `${model.name} embeds ${unusable.length} of ${images.length} images so that they compare with no other, ${itemAt(images, position).id} first: it gives ${message}`,
    specPath: ['embed', 'models'],
    hint: 'They are left out of its figures. Check how pixels are scaled (`mean`, `std`), and the model’s precision.',
  });
}

/** An image that one model cannot read, none can: each is named once. */
function nameUnreadable(context: RunContext, set: ImageSet, all: readonly ModelEmbeddings[]): void {
  const positions = new Map(
    all.flatMap(({ unreadable }) => unreadable.map(({ position, message }) => [position, message])),
  );
  for (const [position, message] of positions) {
    const { id } = itemAt(set.images, position);
    context.skip({ id, code: 'image-unreadable', message: message + otherPromise(id, message) });
  }
}

/** Formats by the endings of names. */
const PROMISED: Readonly<Record<string, string>> = {
  '.jpg': 'JPEG',
  '.jpeg': 'JPEG',
  '.png': 'PNG',
  '.gif': 'GIF',
  '.webp': 'WebP',
  '.avif': 'AVIF',
  '.tif': 'TIFF',
  '.tiff': 'TIFF',
};

/** Where a file is not what its name says, that is part of the reason. */
function otherPromise(id: string, message: string): string {
  const promised = PROMISED[extname(id).toLowerCase()];
  return promised && !message.includes(promised) ? `; its name promises ${promised}` : '';
}

function nameFaceless(context: RunContext, set: ImageSet, all: readonly ModelEmbeddings[]): void {
  for (const { model, noFace } of all) {
    for (const position of noFace) {
      context.skip({
        id: itemAt(set.images, position).id,
        code: 'no-face',
        message: `${model.name} finds no face in it`,
      });
    }
  }
}

export function imageCounts({ images, embeddings = [] }: Findings): Results['images'] {
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
