import type { Answer } from './connection.js';
import { Failed } from './failure.js';

/** The longest that a server may ask to be left alone, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** Throws what is wrong with an answer that is neither the file (200) nor a part of it (206). */
export function refuseOthers(answer: Answer, hasToken: boolean): void {
  const { status, url } = answer;
  if (status === 200 || status === 206) {
    refusePages(answer);
    return;
  }
  const at = `${url.host} answers ${status} for ${url.pathname}`;
  if (status === 401 || status === 403) throw new Failed('hub-unauthorised', at, { hint: tokenHint(hasToken) });
  if (status === 404 || status === 410) {
    throw new Failed('hub-not-found', at, {
      hint: 'Is the model at this mirror? Without --mirror the hub itself is asked.',
    });
  }
  if (status === 429) {
    const hint = 'Wait a while and run the command again; a token in HF_TOKEN raises the limit.';
    throw new Failed('hub-busy', at, { hint, passes: true, wait: retryAfter(answer) });
  }
  if (status >= 500) {
    const hint = 'The server is in trouble: try again later, or a mirror.';
    throw new Failed('hub-trouble', at, { hint, passes: true, wait: retryAfter(answer) });
  }
  throw new Failed('hub-refused', at, { hint: 'Try again later, or a mirror.' });
}

function tokenHint(hasToken: boolean): string {
  return hasToken
    ? 'The token in HF_TOKEN may not read it: accept the model’s terms at the hub, or take another token.'
    : 'It takes a token of the hub: put it into the environment variable HF_TOKEN.';
}

/** A web page where a file should be is a login, or a portal of the network. */
function refusePages(answer: Answer): void {
  if (!answer.header('content-type')?.startsWith('text/html')) return;
  throw new Failed('download-page', `${answer.url.host} answers with a web page where the file should be`, {
    hint: 'Does the network ask for a login? Is the mirror’s address right?',
  });
}

/** Milliseconds for which a server asks to be left alone. */
export function retryAfter(answer: Pick<Answer, 'header'>): number {
  const given = answer.header('retry-after') ?? '';
  const milliseconds = /^\d+$/.test(given) ? 1000 * Number(given) : Date.parse(given) - Date.now();
  return Number.isFinite(milliseconds) ? Math.min(Math.max(0, milliseconds), LONGEST_WAIT) : 0;
}
