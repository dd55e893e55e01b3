import * as z from 'zod';
import type { Problem } from '../errors.js';

const MARK = 'ended-for: ';
const problemSchema = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

/** What a process writes to its log where it must end at once and can tell nobody why. */
export const lastWords = (problem: Problem): string => `\n${MARK}${JSON.stringify(problem)}\n`;

/** The problem in a log's last words; undefined where there are none. */
export function readLastWords(log: string): Problem | undefined {
  const line = log.trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith(MARK)) return undefined;
  try {
    return problemSchema.safeParse(JSON.parse(line.slice(MARK.length))).data;
  } catch {
    return undefined;
  }
}
