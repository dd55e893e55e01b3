import { fail, ok, type Result } from '../protocol/errors.js';
import type { KnnRequest } from '../protocol/searching/knn-requests.js';
import type { QueryEncoder } from './query-encoder.js';

const DATA_ADDRESS = /^data:[^,]*;base64,/;

/** The embedding that a request asks by: of its words, else of its image, else the one that it brings. */
export async function embedQuery(request: KnnRequest, encoder: QueryEncoder): Promise<Result<Float32Array>> {
  const { text, image, image_url: address, embedding_input: embedding, use_mclip: mclip } = request;
  if (text) return mclip ? withoutMclip() : encoder.words(text);
  if (image) return encoder.image(Buffer.from(image, 'base64'));
  if (address) return fromAddress(address, encoder);
  if (embedding) return ok(Float32Array.from(embedding));
  return fail('query-missing', 'The request has none of text, image, image_url and embedding_input');
}

async function fromAddress(address: string, encoder: QueryEncoder): Promise<Result<Float32Array>> {
  const data = DATA_ADDRESS.exec(address);
  if (data) return encoder.image(Buffer.from(address.slice(data[0].length), 'base64'));
  return fail('image-url-refused', 'Nothing is fetched from the network by this server', {
    hint: 'Send the image itself as base64 in `image`, or as a data: address.',
  });
}

function withoutMclip() {
  return fail('mclip-unavailable', 'There is no multilingual text encoder here', { hint: 'Set use_mclip to false.' });
}
