import { z } from 'zod';
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
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(text: string): Result<never> {
  const kind = /^\s*</.test(text) ? 'a web page' : 'no list of results';
  const beginning = text.slice(0, 200).replaceAll(/\s+/g, ' ').trim();
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
