import cliProgress from 'cli-progress';
import { counted, duration, roughly, speed } from '../protocol/figure-text.js';
import { inOneLine } from '../protocol/problem.js';
import type { RunEvent } from '../protocol/runner.js';
import { visibleText } from '../protocol/text/visible-text.js';
import { isQuiet, say } from './print.js';

/** Shows a run's events on standard error, which leaves standard output to results. */
export interface ProgressDisplay {
  show(event: RunEvent): void;
  close(): void;
}

export type ProgressStyle = 'auto' | 'json' | 'none';

/** `lines` are those of a log, in a terminal too. */
type DisplayStyle = ProgressStyle | 'lines';

export function progressDisplay(style: DisplayStyle): ProgressDisplay {
  if (style === 'json') return { show: (event) => process.stderr.write(`${JSON.stringify(event)}\n`), close() {} };
  if (style === 'none' || isQuiet()) return { show: showProblem, close() {} };
  return process.stderr.isTTY && style !== 'lines' ? new Bars() : new Lines();
}

type Progress = Extract<RunEvent, { type: 'progress' }>;

/** One bar for each thing that is worked on, with its rate and the time left. */
class Bars implements ProgressDisplay {
  private readonly bars = new Map<string, cliProgress.SingleBar>();
  private readonly display = new cliProgress.MultiBar(
    {
      format: (_, { value, total }, { event }) =>
        progressLine({ ...event, done: value, total }, widthOf(process.stderr)),
      stream: process.stderr,
      hideCursor: true,
      emptyOnZero: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );

  show(event: RunEvent): void {
    if (event.type === 'progress') this.update(event);
    if (event.type === 'waiting') this.display.log(`${waitingLine(event)}\n`);
    if (event.type === 'warning') this.display.log(`${visibleText(problemLine(event))}\n`);
    if (event.type === 'results-written') for (const line of figureLines(event)) this.display.log(`${line}\n`);
  }

  constructor() {
    // However this process ends, the terminal gets its cursor back.
    process.once('exit', this.close);
  }

  readonly close = (): void => {
    process.off('exit', this.close);
    this.display.stop();
  };

  private update(event: Progress): void {
    const name = nameOf(event);
    const bar = this.bars.get(name) ?? this.display.create(event.total, 0, { event });
    this.bars.set(name, bar);
    bar.setTotal(event.total);
    bar.update(event.done, { event });
  }
}

const NAME_WIDTH = { usual: 24, least: 8 };
const BAR_WIDTH = { most: 28, least: 4 };

/**
 * A thing that is worked on in a line of a terminal. Where that is narrow the bar gives way first, then the middle of
 * the name; how many, how fast and how long still are what it is for.
 */
export function progressLine(event: Pick<Progress, ProgressKeys>, width: number): string {
  const { done, total } = event;
  const numbers = [`${done}/${total}`, speedOf(event), leftOf(event)].filter(Boolean).join(' ');
  const forName = Math.max(NAME_WIDTH.least, width - numbers.length - 1);
  const name = shortenedInTheMiddle(nameOf(event), forName);
  const padded = name.padEnd(Math.min(NAME_WIDTH.usual, forName));
  const room = Math.min(BAR_WIDTH.most, width - padded.length - numbers.length - 2);
  if (room < BAR_WIDTH.least) return `${name} ${numbers}`;
  const full = total === 0 ? room : Math.floor((room * done) / total);
  return `${padded} ${'█'.repeat(full)}${'░'.repeat(room - full)} ${numbers}`;
}
type ProgressKeys = 'stage' | 'label' | 'done' | 'total' | 'rate' | 'secondsLeft';

function shortenedInTheMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
}

/** A column less than there are: a full line moves some terminals' cursor on. */
function widthOf({ columns = 80 }: NodeJS.WriteStream): number {
  return columns - 1;
}

/** For logs and pipes: a line when something begins, every tenth of it, and when a stage ends. */
class Lines implements ProgressDisplay {
  private readonly shown = new Map<string, number>();

  show(event: RunEvent): void {
    if (event.type === 'progress') this.showTenth(event);
    if (event.type === 'stage-finished') {
      const how = event.cached ? 'from the cache' : duration(event.seconds);
      say(process.stderr, `${event.stage}: done, ${how}`);
    }
    if (event.type === 'waiting') say(process.stderr, waitingLine(event));
    if (event.type === 'results-written') for (const line of figureLines(event)) say(process.stderr, line);
    showProblem(event);
  }

  close(): void {}

  private showTenth(event: Progress): void {
    const name = nameOf(event);
    const tenth = event.total === 0 ? 10 : Math.floor((10 * event.done) / event.total);
    if (this.shown.get(name) === tenth) return;
    this.shown.set(name, tenth);
    const parts = [`${name}: ${event.done}/${event.total}`, speedOf(event), leftOf(event)];
    say(process.stderr, parts.filter(Boolean).join(' '));
  }
}

function waitingLine({ runs }: Extract<RunEvent, { type: 'waiting' }>): string {
  if (runs === 0) return 'its turn has come';
  return `waiting for ${counted(runs, 'run')} of this folder to end: so many go on at once as the cores take`;
}

/** Figures that were measured meanwhile, each as soon as it is: `measured: first top-1 94.3 %`. */
function figureLines({ figures }: Extract<RunEvent, { type: 'results-written' }>): string[] {
  return figures.map(({ label, value }) => visibleText(`measured: ${label} ${value}`));
}

function showProblem(event: RunEvent): void {
  if (event.type === 'warning') say(process.stderr, problemLine(event));
}

function problemLine({ problem }: Extract<RunEvent, { type: 'warning' }>): string {
  return `warning ${problem.code} ${inOneLine(problem)}`;
}

function nameOf({ stage, label }: Pick<Progress, 'stage' | 'label'>): string {
  return visibleText(`${stage} ${label}`.trim());
}

function speedOf({ rate }: Pick<Progress, 'rate'>): string {
  return rate === null ? '' : speed(rate);
}

function leftOf({ secondsLeft, done, total }: Pick<Progress, 'secondsLeft' | 'done' | 'total'>): string {
  if (secondsLeft === null || done === total) return '';
  return `${roughly(secondsLeft)} left`;
}
