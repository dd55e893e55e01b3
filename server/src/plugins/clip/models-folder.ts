import { join } from 'node:path';
import envPaths from 'env-paths';

/**
 * Where fetched models are kept, one folder each: `LOOKALIKE_MODELS`, or `lookalike/models` in the user's cache
 * (`~/.cache` or `XDG_CACHE_HOME`, `~/Library/Caches`, `%LOCALAPPDATA%`). Projects share it, as weights are large.
 */
export function modelsFolder(): string {
  return process.env.LOOKALIKE_MODELS || join(envPaths('lookalike', { suffix: '' }).cache, 'models');
}
