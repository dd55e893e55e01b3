/** What a process tells the one that forked it, by which it is left as soon as all of it was sent. */
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
