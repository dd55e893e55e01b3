import { itemAt } from '../../protocol/item-at.js';
import type { RunEvent } from '../../protocol/runner.js';

const REPORT_EVERY_MS = 100;
/** The rate is that of about the last so many milliseconds. */
const WINDOW_MS = 5000;

type ProgressEvent = Extract<RunEvent, { type: 'progress' }>;

/** Turns counts into progress events, ten a second at most, with a rate and the time left. */
export class ProgressMeter {
  private readonly samples: { at: number; done: number }[] = [];
  private lastReport = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly stage: string,
    private readonly label: string,
    private readonly emit: (event: ProgressEvent) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  report(done: number, total: number): void {
    const at = this.now();
    this.samples.push({ at, done });
    while (this.samples.length > 2 && at - itemAt(this.samples, 1).at > WINDOW_MS) this.samples.shift();
    if (done < total && at - this.lastReport < REPORT_EVERY_MS) return;
    this.lastReport = at;
    const rate = this.rate();
    const secondsLeft = rate ? (total - done) / rate : null;
    this.emit({ type: 'progress', stage: this.stage, label: this.label, done, total, rate, secondsLeft });
  }

  private rate(): number | null {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (!first || !last) return null;
    const seconds = (last.at - first.at) / 1000;
    return seconds > 0 && last.done > first.done ? (last.done - first.done) / seconds : null;
  }
}
