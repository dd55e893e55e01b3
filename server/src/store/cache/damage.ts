import { channel } from 'node:diagnostics_channel';

const damaged = channel('lookalike.cache-damaged');

/** Says that a kept file is not what was written; it is computed again. */
export function sayDamaged(file: string): void {
  damaged.publish(file);
}

/** Hears of every kept file that is found damaged in this process, until the function that it gives is called. */
export function onDamage(listener: (file: string) => void): () => void {
  const hear = (file: unknown) => listener(file as string);
  damaged.subscribe(hear);
  return () => void damaged.unsubscribe(hear);
}
