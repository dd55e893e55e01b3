import { loadSizeReader } from '../plugins/images/thumbnails.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import type { KnnRequest } from '../protocol/searching/knn-requests.js';
import type { QueryEncoder } from './query-encoder.js';

/** What the head of an address may have, with its media type and parameters. */
const LONGEST_HEAD = 1000;
const DATA_HEAD = /^data:[^,]*;base64,/;

/** An image that somebody sends may take so much of the memory and the time of all. */
const MOST_PIXELS = 50e6;
const MOST_MEMORY = 200 * 2 ** 20;

/** The embedding that a request asks by: of its words, else of its image, else the one that it brings. */
export async function embedQuery(request: KnnRequest, encoder: QueryEncoder): Promise<Result<Float32Array>> {
  const { text, image, image_url: address, embedding_input: embedding, use_mclip: mclip } = request;
  if (text) return mclip ? withoutMclip() : encoder.words(text);
  if (image) return byImage(image, encoder);
  if (address) return fromAddress(address, encoder);
  if (embedding) return ok(Float32Array.from(embedding));
  return fail('query-missing', 'The request has none of text, image, image_url and embedding_input');
}

async function fromAddress(address: string, encoder: QueryEncoder): Promise<Result<Float32Array>> {
  const head = DATA_HEAD.exec(address.slice(0, LONGEST_HEAD));
  if (head) return byImage(address.slice(head[0].length), encoder);
  return fail('image-url-refused', 'Nothing is fetched from the network by this server', {
    hint: 'Send the image itself as base64 in `image`, or as a data: address.',
  });
}

async function byImage(base64: string, encoder: QueryEncoder): Promise<Result<Float32Array>> {
  const bytes = Buffer.from(base64, 'base64');
  const readSize = await loadSizeReader();
  const size = await readSize(bytes);
  if (!size || (size.width * size.height <= MOST_PIXELS && size.memory <= MOST_MEMORY)) return encoder.image(bytes);
  const memory = Math.ceil(size.memory / 2 ** 20);
  return fail('query-too-large', `To decode ${size.width} × ${size.height} pixels needs ${memory} MB`, {
    hint: `Send a smaller image: up to ${MOST_PIXELS / 1e6} million pixels and ${MOST_MEMORY / 2 ** 20} MB are read.`,
  });
}

function withoutMclip() {
  return fail('mclip-unavailable', 'There is no multilingual text encoder here', { hint: 'Set use_mclip to false.' });
}
