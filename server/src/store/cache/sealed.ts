import { basename, dirname } from 'node:path';
import { sha256, writeOver } from '../files.js';
import { readPlain, UnfitFile } from '../plain-file.js';
import { sayDamaged } from './damage.js';

/** Far above what is kept in one record. */
const MOST_BYTES = 512 * 2 ** 20;

interface Sealed {
  readonly checksum: string;
  readonly value: unknown;
}

/** A value as JSON with a checksum over it and the key that it is kept under: a record of another key is no record. */
export function sealedText(key: string, value: unknown): string {
  const text = JSON.stringify(value);
  return `{"checksum":"${checksumOf(key, text)}","value":${text}}`;
}

/** Writes a record, over whatever is there. */
export function writeSealed(file: string, key: string, value: unknown): Promise<void> {
  return writeOver(file, sealedText(key, value));
}

/** The value of a record; undefined where there is none or, which is said, none that can be believed. */
export async function readSealed<T>(file: string, key: string): Promise<T | undefined> {
  try {
    const record = parse((await readPlain(file, MOST_BYTES)).toString('utf8'));
    if (record && !('checksum' in record)) return undefined; // an earlier version's, which is no damage
    const { checksum, value } = record ?? {};
    if (value !== undefined && checksum === checksumOf(key, JSON.stringify(value))) return value as T;
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    if (error.why === 'missing') return undefined;
  }
  sayDamaged(file);
  return undefined;
}

/** The key of what is kept in a folder of the cache: the kind, and what it was computed from. */
export function keyOfFolder(folder: string): string {
  return `${basename(dirname(folder))}/${basename(folder)}`;
}

function checksumOf(key: string, text: string): string {
  return sha256(key, '\n', text);
}

function parse(text: string): Sealed | undefined {
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === 'object' && record !== null ? (record as Sealed) : undefined;
  } catch {
    return undefined;
  }
}
