/** What a file is, by its first bytes. */
export interface Found {
  readonly format: string;
  /** With its article: `a JPEG file`. */
  readonly words: string;
  readonly readable: boolean;
}

const file = (format: string, readable: boolean): Found => ({
  format,
  words: `${/^(AVIF|ICO|SVG)/.test(format) ? 'an' : 'a'} ${format} file`,
  readable,
});

/** Signatures and where they stand; formats after `TIFF` are named, and not read. */
const SIGNATURES: readonly (readonly [found: Found, at: number, signature: string])[] = [
  [file('JPEG', true), 0, '\xff\xd8\xff'],
  [file('PNG', true), 0, '\x89PNG\r\n\x1a\n'],
  [file('GIF', true), 0, 'GIF8'],
  [file('WebP', true), 8, 'WEBP'],
  [file('AVIF', true), 8, 'avif'],
  [file('AVIF', true), 8, 'avis'],
  [file('AVIF', true), 8, 'mif1'],
  [file('TIFF', true), 0, 'II*\0'],
  [file('TIFF', true), 0, 'MM\0*'],
  [file('TIFF', true), 0, 'II+\0'],
  [file('TIFF', true), 0, 'MM\0+'],
  ...['heic', 'heix', 'hevc', 'heim', 'heis'].map((brand) => [file('HEIC', false), 8, brand] as const),
  [file('BMP', false), 0, 'BM'],
  [file('PDF', false), 0, '%PDF'],
  [file('JPEG XL', false), 0, '\xff\x0a'],
  [file('JPEG XL', false), 4, 'JXL '],
  [file('JPEG 2000', false), 4, 'jP  '],
  [file('Photoshop', false), 0, '8BPS'],
  [file('ICO', false), 0, '\0\0\x01\0'],
  [file('ZIP', false), 0, 'PK\x03\x04'],
  ...['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'].map((kind) => [file('PNM', false), 0, `${kind}\n`] as const),
];

const EMPTY: Found = { format: 'none', words: 'empty', readable: false };
const SVG = file('SVG', false);
const TEXT: Found = { format: 'none', words: 'text, not an image', readable: false };
const UNKNOWN: Found = { format: 'none', words: 'in no format of images that is known', readable: false };

/** What bytes are, as far as they say. */
export function foundIn(bytes: Uint8Array): Found {
  if (bytes.length === 0) return EMPTY;
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const known = SIGNATURES.find(([, at, signature]) => start.startsWith(signature, at));
  if (known) return known[0];
  if (/<svg[\s>]/i.test(start)) return SVG;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what text does not have
  return /[\x00-\x08\x0e-\x1a]/.test(start) ? UNKNOWN : TEXT;
}

/** What is wrong with a file of that format that cannot be decoded: words that follow its name. */
export function whyDamaged(bytes: Uint8Array, { format }: Found): string {
  return isCut(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), format)
    ? 'that ends before its last rows'
    : 'whose data are damaged';
}

/** Whether a file lacks its end; TIFF has none. */
function isCut(bytes: Buffer, format: string): boolean {
  if (format === 'JPEG')
    return bytes.lastIndexOf('\xff\xd9', undefined, 'latin1') < bytes.lastIndexOf('\xff\xda', undefined, 'latin1');
  if (format === 'PNG') return !bytes.includes('IEND', Math.max(0, bytes.length - 64), 'latin1');
  if (format === 'GIF') return bytes.at(-1) !== 0x3b;
  if (format === 'WebP') return bytes.length < 12 || bytes.readUInt32LE(4) + 8 > bytes.length;
  return format === 'AVIF' && endOfBoxes(bytes) > bytes.length;
}

/** Where the last of the file's boxes ends. */
function endOfBoxes(bytes: Buffer): number {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    if (size === 0) return bytes.length;
    at += size === 1 && at + 16 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 8)) : Math.max(8, size);
  }
  return at;
}
