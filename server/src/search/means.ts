import type { Plugin } from '../plugins/declare.js';
import type { ServeEvent } from '../protocol/searching/serve.js';

/** What the process that serves works with. */
export interface WorkMeans {
  readonly plugins: readonly Plugin[];
  readonly signal: AbortSignal;
  emit(event: ServeEvent): void;
}
