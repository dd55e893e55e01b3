import type { Services } from '../services.js';

/** A command that package.json declares; what it is called with is parsed by it, as anyone may call it. */
export interface Command {
  readonly id: `lookalike.${string}`;
  run(services: Services, ...args: unknown[]): unknown;
}
