import * as z from 'zod';
import { fail, ok, type Problem, type Result } from '../../protocol/errors.js';

/** A result as a service describes it. */
export interface KnnHit {
  /** The service's own id; of an image that comes with the answer its path there. */
  readonly id: string;
  readonly similarity: number;
  readonly caption: string | null;
  readonly source:
    | { readonly kind: 'inline'; readonly base64: string }
    | { readonly kind: 'web'; readonly url: string }
    | { readonly kind: 'none'; readonly problem: Problem };
}

const hitSchema = z.object({
  id: z.union([z.int(), z.string().min(1).max(2048)]).nullish(),
  similarity: z.number(),
  url: z.string().max(65_536).nullish(),
  image_path: z.string().max(4096).nullish(),
  image: z.string().nullish(),
  caption: z.string().nullish().catch(null),
});
type Given = z.output<typeof hitSchema>;

/**
 * Reads the answer of `/knn-service`: at most as many results as were asked for, each id once, in the service's order.
 * A result that cannot be used stays among them with the reason; what is no answer at all is `service-answer-invalid`.
 */
export function readKnnAnswer(text: string, results: number): Result<KnnHit[]> {
  const entries = parsed(text);
  if (!Array.isArray(entries)) return invalid(text);
  const hits = new Map<string, KnnHit>();
  for (const [n, entry] of entries.entries()) {
    const hit = hitOf(entry, n + 1);
    if (!hits.has(hit.id)) hits.set(hit.id, hit);
    if (hits.size === results) break;
  }
  return ok([...hits.values()]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(toJson(text));
  } catch {
    return undefined;
  }
}

/**
 * What Python's `json` writes beyond JSON: NaN and infinities become null, and whole numbers that no double holds, as
 * ids of 64 bits are, stay as their digits in a string. What stands in strings is left alone.
 */
function toJson(text: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('"', at);
    const end = open < 0 ? text.length : open;
    parts.push(
      text
        .slice(at, end)
        .replace(/(^|[\s,:[])-?(?:NaN|Infinity)(?=[\s,\]}]|$)/g, '$1null')
        .replace(/(^|[\s,:[])(-?\d{16,})(?=[\s,\]}]|$)/g, '$1"$2"'),
    );
    if (open < 0) break;
    at = endOfString(text, open);
    parts.push(text.slice(open, at));
  }
  return parts.join('');
}

/** Behind the quote that ends a string; a quote behind an odd number of backslashes is in it. */
function endOfString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); close >= 0; close = text.indexOf('"', close + 1)) {
    let backslashes = 0;
    while (text[close - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return close + 1;
  }
  return text.length;
}

function invalid(text: string): Result<never> {
  const kind = /^\s*</.test(text) ? 'a web page' : 'no list of results';
  // A photograph in base64 tells nobody anything.
  const beginning = text
    .slice(0, 2000)
    .replaceAll(/[A-Za-z0-9+/=]{60,}/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  return fail('service-answer-invalid', `The service answers with ${kind}: ${beginning}`, {
    hint: 'Is `url` the address of its /knn-service, and `index` one of its indexes?',
  });
}

function hitOf(entry: unknown, rank: number): KnnHit {
  const hit = hitSchema.safeParse(entry);
  if (!hit.success) {
    const { path, message } = hit.error.issues[0];
    const problem = unusable(`Result ${rank} of the service: ${[...path, message].join(': ')}`);
    return { id: `result ${rank}`, similarity: Number.NaN, caption: null, source: { kind: 'none', problem } };
  }
  const { similarity, caption = null } = hit.data;
  return { id: nameOf(hit.data, rank), similarity, caption, source: sourceOf(hit.data, rank) };
}

/** An engine of the user's own names an image by its path, as the data set does: it is known for the query's own. */
function nameOf({ id, url, image, image_path }: Given, rank: number): string {
  const own = image ? image_path : undefined;
  return String(own || (id ?? (url || `result ${rank}`)));
}

function sourceOf({ image, url }: Given, rank: number): KnnHit['source'] {
  if (image) return { kind: 'inline', base64: image };
  if (url) return { kind: 'web', url };
  return { kind: 'none', problem: unusable(`Result ${rank} of the service has neither an image nor its address`) };
}

function unusable(message: string): Problem {
  return { code: 'result-unusable', message };
}
