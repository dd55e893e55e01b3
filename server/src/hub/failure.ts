import type { Problem } from '../protocol/errors.js';

export interface FailureOptions {
  readonly hint?: string;
  /** Whether the same request may go well a little later. */
  readonly passes?: boolean;
  /** For how many milliseconds the server asked to be left alone. */
  readonly wait?: number;
}

/** Carries an expected failure out of a transfer, to where it is tried again or becomes a value. */
export class Failed extends Error {
  readonly problem: Problem;
  readonly passes: boolean;
  readonly wait: number;

  constructor(code: string, message: string, { hint, passes = false, wait = 0 }: FailureOptions = {}) {
    super(message);
    this.problem = { code, message, hint };
    this.passes = passes;
    this.wait = wait;
  }
}

const AGAIN = 'What has come is kept: run the command again to go on.';
const REACH = 'Check the network; HTTPS_PROXY names a proxy and --mirror another server.';

const STORAGE: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space, or choose another disk with --dir.',
  EDQUOT: 'Free some of your quota, or choose another folder with --dir.',
  EACCES: 'Choose a folder that you may write to with --dir.',
  EROFS: 'Choose a folder that you may write to with --dir.',
};

/** What a network or a disk error means; others are bugs and come back as they are. */
export function failureOf(error: unknown, what: string): unknown {
  if (error instanceof Failed) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return passing('download-stalled', `${what}: nothing came for too long`, AGAIN);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    const hint = 'Behind a proxy that inspects traffic, NODE_EXTRA_CA_CERTS names its certificate.';
    return new Failed('hub-untrusted', `${what}: ${message}`, { hint });
  }
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/.test(code)) {
    return passing('hub-unreachable', `${what}: ${message || code}`, REACH);
  }
  if (/UND_ERR|ECONNRESET|EPIPE|HPE_/.test(code)) return passing('download-cut', `${what}: ${message}`, AGAIN);
  if (code in STORAGE)
    return new Failed(isFull(code) ? 'disk-full' : 'folder-read-only', message, { hint: STORAGE[code] });
  return error;
}

const isFull = (code: string) => code === 'ENOSPC' || code === 'EDQUOT';

function passing(code: string, message: string, hint: string): Failed {
  return new Failed(code, message, { hint, passes: true });
}
