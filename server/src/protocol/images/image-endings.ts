interface ImageFormat {
  /** The reader of libvips. */
  readonly loader: string;
  readonly endings: readonly string[];
  /** Whether a page shows a file of it as it is. */
  readonly inPages: boolean;
}

/** The formats of photographs that are read, by the endings of their names: the only list of them. */
export const IMAGE_FORMATS: readonly ImageFormat[] = [
  { loader: 'Jpeg', endings: ['jpg', 'jpeg', 'jpe', 'jfif'], inPages: true },
  { loader: 'Png', endings: ['png'], inPages: true },
  { loader: 'Webp', endings: ['webp'], inPages: true },
  { loader: 'Heif', endings: ['avif'], inPages: true },
  { loader: 'Nsgif', endings: ['gif'], inPages: true },
  { loader: 'Tiff', endings: ['tif', 'tiff'], inPages: false },
];

/** Without a dot, in lower case. */
export const IMAGE_ENDINGS = IMAGE_FORMATS.flatMap(({ endings }) => endings);

/** Formats of pictures that are not read. */
const OTHER_PICTURES = new Set(
  `bmp dib pbm pgm ppm pnm pam pfm heic heif hif jp2 j2k jpx jpf jxl jxr psd psb tga ico icns exr hdr dcm svg svgz eps pcx
  xcf ras sgi raw cr2 cr3 nef nrw arw dng orf rw2 raf pef srw x3f`.split(/\s+/),
);
const COMPANION_NAMES = /^(readme|licen[cs]e|copying|notice|authors|changelog|makefile|dockerfile)$/i;

/** The ending of a file's name, in lower case with its dot; `none` where it has none. */
export function endingOf(name: string): string {
  return /[^/\\.](\.[^./\\\s]{1,16})$/.exec(name)?.[1]?.toLowerCase() ?? 'none';
}

export function isImageName(name: string): boolean {
  return !name.startsWith('.') && IMAGE_ENDINGS.includes(endingOf(name).slice(1));
}

/**
 * Whether a file that is not read may be a picture all the same: one of another format, without an ending, or with one
 * that says more than a format (`.jpg_large`). Text, tables, programs and the like beside photographs are none.
 */
export function isPassedOver(name: string): boolean {
  if (name.startsWith('.') || isImageName(name) || COMPANION_NAMES.test(name)) return false;
  const ending = endingOf(name);
  if (ending === 'none') return true;
  const format = ending.slice(1);
  return OTHER_PICTURES.has(format) || IMAGE_ENDINGS.some((known) => format.startsWith(known));
}

/** How many names have each ending, the most frequent first. */
export function countEndings(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(endingOf(name), (counts.get(endingOf(name)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
}

/** `3 .bmp, 1 without an ending`. */
export function endingsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([ending, count]) => `${count} ${ending === 'none' ? 'without an ending' : ending}`)
    .join(', ');
}
