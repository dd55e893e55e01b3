import { EXIT } from './exit.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Interrupted {
  /** Asks what is going on to stop, which may take a while. */
  readonly first: () => void;
  /** Ends it at once. */
  readonly second: () => Promise<void> | void;
}

/**
 * Listens for Control-C and its likes: the first asks for an end, the second ends all of it, this process too. Gives
 * what stops the listening.
 */
export function onInterrupt({ first, second }: Interrupted): () => void {
  let asked = 0;
  const interrupted = async () => {
    asked++;
    if (asked === 1) return first();
    if (asked > 2) return;
    await second();
    process.exit(EXIT.cancelled);
  };
  for (const signal of SIGNALS) process.on(signal, interrupted);
  return () => {
    for (const signal of SIGNALS) process.off(signal, interrupted);
  };
}
