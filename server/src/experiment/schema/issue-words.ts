import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

/** What a schema takes, in the words of YAML rather than of JSON. */
const KINDS: Readonly<Record<string, string>> = {
  object: 'a block of keys',
  record: 'a block of keys',
  array: 'a list',
  tuple: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** Says what is wrong with a value in an experiment's words; undefined leaves it to the schema library. */
export function issueInWords(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return wrongType(issue.expected, issue.input);
  if (issue.code === 'too_small')
    return limit(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
  if (issue.code === 'too_big')
    return limit(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
  return undefined;
}

function wrongType(expected: string, input: unknown): string | undefined {
  const kind = KINDS[expected];
  return kind && `This must be ${kind}, not ${kindOf(input)}`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return KINDS.array ?? 'array';
  return typeof value === 'boolean' || typeof value === 'number'
    ? String(value)
    : (KINDS[typeof value] ?? typeof value);
}

function limit(origin: string, side: string, bound: number | bigint): string {
  if (origin === 'array') return `This list must have ${side} ${counted(bound, 'entry', 'entries')}`;
  if (origin === 'string') return `This text must have ${side} ${counted(bound, 'character', 'characters')}`;
  return `This must be ${side} ${bound}`;
}

function counted(count: number | bigint, one: string, more: string): string {
  return `${count} ${Number(count) === 1 ? one : more}`;
}
