import type { SweepListener, VariantEnd } from '../../processes/run-sweep.js';
import { duration, roughly } from '../../protocol/figure-text.js';
import type { RunEvent } from '../../protocol/runner.js';
import { type VariantValues, variantText } from '../../protocol/runs/variant.js';
import { remark } from '../print.js';
import { type ProgressDisplay, type ProgressStyle, progressDisplay } from '../progress.js';

/**
 * Shows a sweep on standard error: which variant begins and how it ended, how many are left, and of what goes on what a
 * run shows. As `json`, each event with its variant's values. Bars are one variant's: of several at once, lines are shown.
 */
export function sweepDisplay(
  style: ProgressStyle,
  variants: readonly { readonly values: VariantValues }[],
  jobs: number,
): SweepListener & Pick<ProgressDisplay, 'close'> {
  const displays = new Map<number, ProgressDisplay>();
  const begun = new Map<number, number>();
  const took: number[] = [];
  let left = variants.length;
  const titleOf = (n: number) => `variant ${n + 1} of ${variants.length} (${variantText(variants[n]?.values ?? {})})`;
  const tell = (text: string) => void (style === 'auto' && remark(text));
  const print = (variant: number, event: object) =>
    process.stderr.write(`${JSON.stringify({ variant: variants[variant]?.values, ...event })}\n`);
  const closed = (n: number) => {
    displays.get(n)?.close();
    displays.delete(n);
  };
  return {
    started(n, { isKept }) {
      if (isKept) return;
      begun.set(n, performance.now());
      tell(`${titleOf(n)} begins`);
      if (style !== 'json') displays.set(n, progressDisplay(jobs > 1 && style === 'auto' ? 'lines' : style));
    },
    event(n, event: RunEvent) {
      if (style === 'json') print(n, event);
      else displays.get(n)?.show(jobs > 1 ? inVariant(event, n) : event);
    },
    ended(n, end: VariantEnd) {
      closed(n);
      left -= 1;
      const since = begun.get(n);
      const seconds = since === undefined ? undefined : (performance.now() - since) / 1000;
      if (seconds !== undefined) took.push(seconds);
      if (style === 'json' && since === undefined) print(n, { type: 'run-finished', status: end.status });
      tell(`${titleOf(n)}: ${how(end, seconds)}${leftText(left, took, jobs)}`);
    },
    close: () => void [...displays.keys()].map(closed),
  };
}

/** Which of the variants that run at once an event is of. */
function inVariant(event: RunEvent, n: number): RunEvent {
  if (event.type === 'results-written') {
    return { ...event, figures: event.figures.map(({ label, value }) => ({ label: `[${n + 1}] ${label}`, value })) };
  }
  return 'stage' in event ? { ...event, stage: `[${n + 1}] ${event.stage}` } : event;
}

function how({ status, problem }: VariantEnd, seconds: number | undefined): string {
  const [why = ''] = problem ? `: ${problem.code} ${problem.message}`.split('\n') : [];
  const time =
    seconds === undefined ? (status === 'cancelled' ? '' : ', as it was finished before') : `, ${duration(seconds)}`;
  return `${status}${why}${time}`;
}

/** The first takes longer than those that share its work: of what took their time, the later half says more. */
function leftText(left: number, took: readonly number[], jobs: number): string {
  if (left === 0) return '';
  const later = took.slice(Math.floor(took.length / 2));
  const mean = later.reduce((sum, seconds) => sum + seconds, 0) / Math.max(1, later.length);
  const time = later.length > 0 ? `, ${roughly((mean * left) / Math.min(jobs, left))}` : '';
  return ` · ${left} left${time}`;
}
