import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what tests and measurements fetch once is kept: `$LOOKALIKE_CACHE`, or the user's cache folder. */
export function cacheFolder(): string {
  return process.env.LOOKALIKE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lookalike');
}
