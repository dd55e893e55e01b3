import type { IncomingMessage } from 'node:http';
import { fail, ok, type Result } from '../protocol/errors.js';

/** A photograph of 24 MB in base64. */
const LARGEST_BODY = 32 * 2 ** 20;
/** Of a body that is too large so much is read, and dropped. */
const MOST_DROPPED = 2 * LARGEST_BODY;
/** Values in a body: the longest embedding, and more. As objects they take some twenty times the memory of their text. */
const MOST_VALUES = 100_000;

/**
 * A request's body. `hold` is told of bytes as they come, and gives the problem that there is with them; of a body that
 * is not taken they are told as let go, and the rest is read and dropped: a client that cannot write it all does not read
 * the answer. Fails with `body-too-large`.
 */
export async function readBody(
  request: IncomingMessage,
  hold: (bytes: number) => Result<unknown>,
): Promise<Result<Buffer>> {
  let refused = Number(request.headers['content-length'] ?? 0) > LARGEST_BODY ? tooLarge() : undefined;
  const chunks: Buffer[] = [];
  let held = 0;
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > MOST_DROPPED) break;
    if (refused) continue;
    held += chunk.length;
    chunks.push(chunk);
    const taken = hold(chunk.length);
    const room = length > LARGEST_BODY ? tooLarge() : taken;
    if (room.ok) continue;
    refused = room;
    chunks.length = 0;
    hold(-held);
  }
  return refused ?? ok(Buffer.concat(chunks));
}

/** A body as JSON, whatever its content type: clip-retrieval's own client names none. The values of a long one are counted first. */
export function parseJson(body: Buffer): Result<unknown> {
  // There are no more values than bytes.
  const values = body.length > MOST_VALUES ? countValues(body) : 0;
  if (values > MOST_VALUES) {
    return fail('body-too-large', `The body has ${values} values; at most ${MOST_VALUES} are read`, {
      hint: 'Send an embedding as one list of numbers, and an image as text in base64.',
    });
  }
  try {
    return ok(JSON.parse(body.toString('utf8')));
  } catch (error) {
    return fail('json-invalid', `The body is no JSON: ${(error as Error).message}`);
  }
}

const [QUOTE, BACKSLASH] = Buffer.from('"\\');
const BEFORE_VALUES: ReadonlySet<number> = new Set(Buffer.from(',[{'));

/** How many values JSON has at most; of what is no JSON, how many its parser can meet before it knows. */
function countValues(body: Buffer): number {
  let values = 1;
  let inString = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number;
    if (byte === QUOTE) inString = !inString;
    else if (!inString) values += BEFORE_VALUES.has(byte) ? 1 : 0;
    else if (byte === BACKSLASH) at++;
  }
  return values;
}

function tooLarge(): Result<never> {
  return fail('body-too-large', `The body is larger than ${LARGEST_BODY} bytes`, { hint: 'Send a smaller image.' });
}
