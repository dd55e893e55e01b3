import * as fc from 'fast-check';

const SCALARS = [
  'a',
  'celeba',
  '~/data',
  '5%',
  '-1',
  '"x: y"',
  "'it''s'",
  '😀 b',
  'a#b',
  '!!str 7',
  '""',
  '"x\\\n  y"',
  '',
];
const KEYS = ['a', 'use', '"b c"', "'d'", '😀', '7'];
/** What may stand between two lines. */
const BETWEEN = ['', '', '', '\n', '# note\n', '  # note \n', '        # - deep\n', '   \n'];
const ENDS = ['', '', '', '  ', ' # why', '    # and\t'];
const BLANKS = ['', ' ', '   '];

/** Chooses among what a person may type: the choices are one list of numbers, which can be shrunk. */
class Typist {
  private at = 0;

  constructor(private readonly choices: readonly number[]) {}

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  below(count: number): number {
    return (this.choices[this.at++] ?? 0) % count;
  }
}

/** YAML that is well-formed, mostly, in the untidy ways in which people write it. */
export const messyYaml: fc.Arbitrary<string> = fc
  .record({
    choices: fc.array(fc.nat(59), { minLength: 5, maxLength: 150, size: 'max' }),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    last: fc.constantFrom('', '\n', '\n\n  \n'),
  })
  .map(({ choices, lineEnd, last }) => (block(new Typist(choices), 0, 0) + last).replaceAll('\n', lineEnd));

function block(typist: Typist, indent: number, depth: number): string {
  return typist.below(3) === 0 ? list(typist, indent, depth) : map(typist, indent, depth);
}

function map(typist: Typist, indent: number, depth: number): string {
  const first = typist.below(KEYS.length);
  const keys = [...KEYS.slice(first), ...KEYS.slice(0, first)].slice(0, 1 + typist.below(3));
  const anchor = typist.pick(['', '', ` &m${indent}`]);
  return keys
    .map((key) => `${key}${typist.pick(BLANKS)}:${anchor}${value(typist, indent, depth + 1)}`)
    .join(`\n${typist.pick(BETWEEN)}${' '.repeat(indent)}`);
}

function list(typist: Typist, indent: number, depth: number): string {
  const items = Array.from({ length: 1 + typist.below(3) }, () => {
    const gap = 1 + typist.below(3);
    const compact = depth < 4 && typist.below(3) === 0;
    return compact
      ? `-${' '.repeat(gap)}${map(typist, indent + 1 + gap, depth + 1)}`
      : `-${value(typist, indent, depth + 1)}`;
  });
  return items.join(`\n${typist.pick(BETWEEN)}${' '.repeat(indent)}`);
}

/** What follows a colon or a dash, the blank before it included. */
function value(typist: Typist, indent: number, depth: number): string {
  const inner = indent + 1 + typist.below(5);
  const end = typist.pick(ENDS);
  const kinds = [
    () => ` ${typist.pick(BLANKS)}${typist.pick(SCALARS)}${end}`,
    () => ` ${flow(typist, inner, depth)}${end}`,
    () => ` ${typist.pick(['|', '>', '|+', '>-', '|'])}\n${text(typist, inner)}`,
    () => ` plain\n${' '.repeat(inner)}words \n\n${' '.repeat(inner)}and more${end}`,
    () => `${end}\n${typist.pick(BETWEEN)}${' '.repeat(inner)}${block(typist, inner, depth)}`,
  ];
  return kinds[typist.below(depth < 5 ? kinds.length : 1)]();
}

function flow(typist: Typist, indent: number, depth: number): string {
  const gap = () => typist.pick([...BLANKS, `\n${' '.repeat(indent)}`, ` # in\n${' '.repeat(indent)}`]);
  const items = Array.from({ length: typist.below(3) }, () => {
    const item = depth < 4 && typist.below(3) === 0 ? flow(typist, indent, depth + 1) : typist.pick(['1', 'b', '"c"']);
    return `${gap()}${item}${typist.pick(BLANKS)}`;
  });
  if (typist.below(2) === 0) return `[${items.join(',')}${typist.pick(BLANKS)}]`;
  return `{${items.map((item, n) => `${gap()}k${n}${typist.pick(BLANKS)}: ${item}`).join(',')}${typist.pick(BLANKS)}}`;
}

function text(typist: Typist, indent: number): string {
  const lines = ['one', '', '  two ', ' '.repeat(indent + 2), '# no comment', '\tthree'];
  return Array.from({ length: 1 + typist.below(4) }, (_, n) => (n === 0 ? 'first' : typist.pick(lines)))
    .map((line) => (line === '' ? '' : ' '.repeat(indent) + line))
    .join('\n');
}
