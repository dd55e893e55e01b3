import type { IncomingMessage } from 'node:http';
import { fail, ok, type Result } from '../protocol/errors.js';

/** A photograph of 24 MB in base64. */
const LARGEST_BODY = 32 * 2 ** 20;

/** A request's body as JSON, whatever its content type: clip-retrieval's own client names none. */
export async function readJson(request: IncomingMessage): Promise<Result<unknown>> {
  const chunks: Buffer[] = [];
  let length = Number(request.headers['content-length'] ?? 0);
  if (length > LARGEST_BODY) return tooLarge();
  length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > LARGEST_BODY) return tooLarge();
    chunks.push(chunk);
  }
  try {
    return ok(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch (error) {
    return fail('json-invalid', `The body is no JSON: ${(error as Error).message}`);
  }
}

function tooLarge(): Result<never> {
  return fail('body-too-large', `The body is larger than ${LARGEST_BODY} bytes`, { hint: 'Send a smaller image.' });
}
