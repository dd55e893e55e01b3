import { fstatSync, ftruncateSync } from 'node:fs';

/** A log of more than this is begun anew: its end is what explains. */
const LARGEST_LOG = 2 ** 24;
const LOOK_EVERY_MS = 5000;

/** What a process tells the one that started it, by which it is left as soon as all of it was sent. */
export class ParentChannel<Event extends object> {
  private sent: Promise<void> = Promise.resolve();

  readonly emit = (event: Event): void => {
    if (process.connected) this.sent = new Promise((resolve) => process.send?.(event, () => resolve()));
  };

  /** Native libraries keep threads alive, so the process would not end by itself. */
  async leave(): Promise<never> {
    await this.sent;
    process.exit(0);
  }
}

/** The streams of such a process are a file: a library that writes much does not fill the disk with it. */
export function keepLogShort(): void {
  setInterval(() => {
    const log = fstatSync(process.stderr.fd);
    if (log.isFile() && log.size > LARGEST_LOG) ftruncateSync(process.stderr.fd);
  }, LOOK_EVERY_MS).unref();
}

/** What a worker writes is its user's alone, natives' files too: embeddings of faces are biometric data. */
export function keepPrivate(): void {
  process.umask(0o077);
}
