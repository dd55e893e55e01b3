import { formatPath, parsePath } from '../figure-path.js';

/** What a variant of a matrix has at the paths of its axes, and of what `include` adds. */
export type VariantValues = Readonly<Record<string, unknown>>;

/** What overrides a run's text: nothing of a variant's, whose text holds it all. */
export function overridesOf({ set, variant }: { readonly set: readonly string[]; readonly variant?: VariantValues }) {
  return variant ? [] : [...set];
}

/** `mode=low, seed=1`: by the last keys of the paths, and by all of them where two end alike. */
export function variantText(values: VariantValues): string {
  const paths = Object.keys(values);
  return Object.entries(values)
    .map(([path, value]) => `${shortKey(path, paths)}=${valueText(value)}`)
    .join(', ');
}

/** The last keys of a path, as few as no other one of these ends with. */
export function shortKey(path: string, paths: readonly string[]): string {
  const segments = parsePath(path) ?? [path];
  const ending = (of: readonly string[], length: number) => formatPath(of.slice(-length));
  const others = paths.filter((other) => other !== path).map((other) => parsePath(other) ?? [other]);
  const length = segments.findIndex(
    (_, n) => !others.some((other) => ending(other, n + 1) === ending(segments, n + 1)),
  );
  return length < 0 ? path : ending(segments, length + 1);
}

export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
