import type { Problem } from '../protocol/errors.js';
import { readLastWords } from '../protocol/runs/last-words.js';
import { shortageIn } from '../protocol/runs/shortage.js';
import { readLogTail } from '../store/run-folder/control-files.js';
import type { Exit } from './start-process.js';

/** What is told of an error's own words; all of them are in the log. */
const LONGEST_CAUSE = 240;
const AN_ERROR = /^\s*(?:Uncaught )?((?:[A-Z]\w*)?Error(?: \[\w+\])?: .+)$/;

export interface Crashed {
  /** `The process that serves`. */
  readonly who: string;
  /** Undefined where nobody saw it end. */
  readonly exit?: Exit;
  /** The file that its streams were written to. */
  readonly log: string;
}

/**
 * Why a process ended: its last words, or, of one that ended without saying why, a sentence; the trace stays in the log,
 * which is named.
 */
export async function crashReport({ who, exit, log }: Crashed): Promise<Problem> {
  const tail = await readLogTail(log);
  const said = readLastWords(tail);
  if (said) return said;
  const cause = causeIn(tail);
  const shortage = cause && shortageIn(cause);
  if (shortage) return shortage;
  const message = [`${who} ${howOf(exit)}`, cause].filter(Boolean).join(': ');
  const limits =
    exit?.signal && !cause ? ' Native code ends so, too, where it lacks memory or threads: see ulimit -a.' : '';
  const hint = `What it had finished is kept: start it again. What it wrote is in ${log}.${limits}`;
  return { code: 'runner-crashed', message, hint };
}

function howOf(exit: Exit | undefined): string {
  if (!exit) return 'ended without a word';
  const { code, signal, message } = exit;
  if (message) return `did not start (${message})`;
  if (signal) return `was killed by ${signal} before it finished`;
  return `ended with code ${code} before it finished`;
}

/** The last line that names an error, or else the last line: without colours, and no longer than a sentence. */
function causeIn(log: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would take for commands
  const lines = log.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '').split(/\r?\n/);
  const said = lines
    .map((line) => line.trim())
    .filter((line) => line && !/^(at |Node\.js v|\^+$|\d+: 0x|-+ Native stack)/.test(line));
  const named = said.flatMap((line) => AN_ERROR.exec(line)?.[1] ?? []);
  const cause = (named.at(-1) ?? said.at(-1) ?? '').replaceAll(/\p{Cc}+/gu, ' ');
  return cause.length > LONGEST_CAUSE ? `${cause.slice(0, LONGEST_CAUSE - 1)}…` : cause;
}
