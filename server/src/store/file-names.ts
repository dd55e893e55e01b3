import { createHash } from 'node:crypto';

/** Longer names are cut and told apart by a checksum: a file's name has 255 bytes at the most. */
const LONGEST = 80;
/** What Windows takes for a device, whatever its ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A name of a file's own as a part of file names: letters, digits, `_` and `-` of ASCII as they are, any other byte of
 * its UTF-8 as `%` and two digits. Two names never give one, but on file systems that do not tell case apart.
 */
export function fileNameOf(name: string): string {
  const escaped = [...Buffer.from(name)]
    .map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : percentEncoded(byte)))
    .join('');
  if (escaped.length > LONGEST) {
    return `${escaped.slice(0, LONGEST - 17)}~${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  }
  return DEVICE.test(escaped) ? `${percentEncoded(escaped.charCodeAt(0))}${escaped.slice(1)}` : escaped;
}

function isPlain(byte: number): boolean {
  return /[\w-]/.test(String.fromCharCode(byte));
}

function percentEncoded(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
