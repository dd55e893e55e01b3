import { readFile } from 'node:fs/promises';
import { readModelHeader } from '../plugins/model-header.js';
import { Failed } from './failure.js';

/** What a file that has come is held against. */
export interface Expected {
  /** Its path in the repository. */
  readonly file: string;
  /** SHA-256 as the hub says it. */
  readonly announced?: string;
  /** SHA-256 of the first fetch. */
  readonly locked?: string;
  /** Path of the lock file. */
  readonly lock: string;
}

/** What is wrong with a file that has come whole, or undefined. */
export async function faultOf(path: string, sha256: string, expected: Expected): Promise<Failed | undefined> {
  return checksumFault(sha256, expected) ?? (await contentFault(path, expected.file));
}

function checksumFault(actual: string, { file, announced, locked, lock }: Expected): Failed | undefined {
  if (announced !== undefined && announced !== actual) {
    const hint = 'Run the command again: it begins anew.';
    return new Failed('download-damaged', `${file} did not arrive as the hub has it`, { hint });
  }
  if (locked === undefined || locked === actual) return undefined;
  const hint = `If the change is wanted, remove its entry from ${lock}. If not, try another mirror.`;
  return new Failed('checksum-changed', `${file} is not what it was when it was first fetched`, { hint });
}

async function contentFault(path: string, file: string): Promise<Failed | undefined> {
  const hint = 'Is the mirror’s address right? Run the command again: it begins anew.';
  if (file.endsWith('.onnx')) {
    const header = readModelHeader(path);
    return header.ok ? undefined : new Failed('download-invalid', `${file}: ${header.problem.message}`, { hint });
  }
  if (!file.endsWith('.json')) return undefined;
  try {
    JSON.parse(await readFile(path, 'utf8'));
    return undefined;
  } catch (error) {
    return new Failed('download-invalid', `${file} is no JSON: ${(error as Error).message}`, { hint });
  }
}
