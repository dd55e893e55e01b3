/** How lenses, inlays and hovers write figures: short, with a plain space before a unit, and a dash for nothing. */

const NONE = '–';

/** A share: `94.3 %`. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? NONE : `${(100 * share).toFixed(1)} %`;
}

/** A 95 % interval: `92.0–96.1 %`. */
export function interval(ci95: readonly [number, number] | null): string {
  return ci95 === null ? NONE : `${(100 * ci95[0]).toFixed(1)}–${percent(ci95[1])}`;
}

/** A distance: three digits that count. */
export function distance(value: number | null): string {
  return value === null ? NONE : String(Number(value.toPrecision(3)));
}

/** A count with its noun: `1 image`, `2,040 images`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
}

/** What a stage took: `0.04 s`, `12.3 s`, `11 min 42 s`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds < 0.995 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** What a stage may take, no more exact than an estimate is: `5 s`, `2 min`, `3.5 h`. */
export function roughly(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}

/** `820 MB`, `1.2 GB`. */
export function megabytes(value: number): string {
  if (value < 1) return 'under 1 MB';
  return value < 1000 ? `${Math.round(value)} MB` : `${(value / 1024).toFixed(1)} GB`;
}

/** A moment to the minute, in the server's time zone: `2026-01-31 14:05`. */
export function moment(iso: string): string {
  const at = new Date(iso);
  const local = new Date(at.getTime() - 60_000 * at.getTimezoneOffset());
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
