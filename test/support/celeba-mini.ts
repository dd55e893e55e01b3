import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHARED = fileURLToPath(new URL('../../../shared', import.meta.url));

/** 510 photographs of 51 people, which are not part of the repository: `$LOOKALIKE_CELEBA_MINI`, or beside it. */
export const CELEBA_MINI = process.env.LOOKALIKE_CELEBA_MINI ?? join(SHARED, 'data/celeba-mini');
/** What face-api computed on them. */
export const PEER_DESCRIPTORS = join(SHARED, 'reference/face-api-celeba-mini.jsonl');

/** In a `before`: skips the suite, whose title says so, where the photographs are absent. */
export function needsCelebaMini(this: Mocha.Context): void {
  if (!existsSync(CELEBA_MINI)) this.skip();
}
