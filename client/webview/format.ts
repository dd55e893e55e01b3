/** How figures are written: in a report, its tables and the labels of its charts. */

const NONE = '–';
const SPACE = '\u00a0';

/** A share as a percentage; a dash where nothing was counted. */
export function percent(share: number | null, digits = 2): string {
  return share === null ? NONE : `${(100 * share).toFixed(digits)}${SPACE}%`;
}

/** A 95 % interval in percent. */
export function interval(ci95: readonly [number, number] | null, digits = 2): string {
  return ci95 === null ? NONE : `${percent(ci95[0], digits).slice(0, -2)}–${percent(ci95[1], digits)}`;
}

export function decimal(value: number | null, digits: number): string {
  return value === null ? NONE : value.toFixed(digits);
}

/** A count with its thousands apart. */
export function count(value: number | null): string {
  return value === null ? NONE : value.toLocaleString('en');
}

/** A count with its noun: `1 image`, `2 images`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** A duration in the two largest units that matter; the bounds are where rounding would reach the next unit. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(1000 * seconds)}${SPACE}ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)}${SPACE}s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}${SPACE}min ${whole % 60}${SPACE}s`;
  return `${Math.floor(minutes / 60)}${SPACE}h ${minutes % 60}${SPACE}min`;
}

export function megabytes(value: number): string {
  return value < 1024 ? `${Math.round(value)}${SPACE}MB` : `${(value / 1024).toFixed(1)}${SPACE}GB`;
}

/** A moment in the reader's own time zone, which is named. */
export function moment(iso: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(iso));
}

/** What the files saved from a run are called first: letters, digits and hyphens of any script. */
export function fileNamePrefix(name: string, runId: string): string {
  const slug = (text: string) =>
    text
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/(?<=^.{60}).+/u, '')
      .replace(/^-|-$/g, '');
  return [slug(name), slug(runId)].filter(Boolean).join('-') || 'run';
}
