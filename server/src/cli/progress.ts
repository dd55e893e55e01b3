import cliProgress from 'cli-progress';
import { duration, roughly, speed } from '../protocol/figure-text.js';
import type { RunEvent } from '../protocol/runner.js';

/** Shows a run's events on standard error, which leaves standard output to results. */
export interface ProgressDisplay {
  show(event: RunEvent): void;
  close(): void;
}

export type ProgressStyle = 'auto' | 'json' | 'none';

export function progressDisplay(style: ProgressStyle): ProgressDisplay {
  if (style === 'json') return { show: (event) => process.stderr.write(`${JSON.stringify(event)}\n`), close() {} };
  if (style === 'none') return { show: showProblem, close() {} };
  return process.stderr.isTTY ? new Bars() : new Lines();
}

type Progress = Extract<RunEvent, { type: 'progress' }>;

/** One bar for each thing that is worked on, with its rate and the time left. */
class Bars implements ProgressDisplay {
  private readonly bars = new Map<string, cliProgress.SingleBar>();
  private readonly display = new cliProgress.MultiBar(
    {
      format: '{name} {bar} {value}/{total} {speed} {left}',
      stream: process.stderr,
      barsize: 28,
      hideCursor: true,
      emptyOnZero: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );

  show(event: RunEvent): void {
    if (event.type === 'progress') this.update(event);
    if (event.type === 'warning') this.display.log(`${problemLine(event)}\n`);
  }

  close(): void {
    this.display.stop();
  }

  private update(event: Progress): void {
    const name = nameOf(event);
    const bar =
      this.bars.get(name) ?? this.display.create(event.total, 0, { name: name.padEnd(24), speed: '', left: '' });
    this.bars.set(name, bar);
    bar.setTotal(event.total);
    bar.update(event.done, { speed: speedOf(event), left: leftOf(event) });
  }
}

/** For logs and pipes: a line when something begins, every tenth of it, and when a stage ends. */
class Lines implements ProgressDisplay {
  private readonly shown = new Map<string, number>();

  show(event: RunEvent): void {
    if (event.type === 'progress') this.showTenth(event);
    if (event.type === 'stage-finished') {
      const how = event.cached ? 'from the cache' : duration(event.seconds);
      process.stderr.write(`${event.stage}: done, ${how}\n`);
    }
    showProblem(event);
  }

  close(): void {}

  private showTenth(event: Progress): void {
    const name = nameOf(event);
    const tenth = event.total === 0 ? 10 : Math.floor((10 * event.done) / event.total);
    if (this.shown.get(name) === tenth) return;
    this.shown.set(name, tenth);
    const parts = [`${name}: ${event.done}/${event.total}`, speedOf(event), leftOf(event)];
    process.stderr.write(`${parts.filter(Boolean).join(' ')}\n`);
  }
}

function showProblem(event: RunEvent): void {
  if (event.type === 'warning') process.stderr.write(`${problemLine(event)}\n`);
}

function problemLine({ problem }: Extract<RunEvent, { type: 'warning' }>): string {
  return `warning ${problem.code} ${problem.message}${problem.hint ? ` ${problem.hint}` : ''}`;
}

function nameOf({ stage, label }: Progress): string {
  return `${stage} ${label}`;
}

function speedOf({ rate }: Progress): string {
  return rate === null ? '' : speed(rate);
}

function leftOf({ secondsLeft, done, total }: Progress): string {
  if (secondsLeft === null || done === total) return '';
  return `${roughly(secondsLeft)} left`;
}
