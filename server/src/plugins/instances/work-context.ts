/** What every long piece of work is given: when to stop, and where to say how far it is. */
export interface WorkContext {
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
}
