/** Calls at most once an interval: at once, and then, if asked again meanwhile, at the interval's end. */
export class Throttle {
  private timer: NodeJS.Timeout | undefined;
  private again = false;

  constructor(
    private readonly everyMs: number,
    private readonly call: () => void,
  ) {}

  request(): void {
    if (this.timer) this.again = true;
    else this.now();
  }

  /** Without waiting; the next request waits for the interval. */
  now(): void {
    this.stop();
    this.timer = setTimeout(() => this.elapsed(), this.everyMs).unref();
    this.call();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = false;
  }

  private elapsed(): void {
    this.timer = undefined;
    if (this.again) this.now();
  }
}
