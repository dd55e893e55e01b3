import { isMap, type Node, type Pair } from 'yaml';
import { entriesOf } from '../../experiment/entries.js';
import type { ExperimentDocument } from '../document.js';
import { removeItem } from '../edit/remove-entry.js';
import type { Fault, Fix, FixMaker } from './fix.js';

/** What YAML does not allow, where it is plain what was meant. */
export const repairSyntax: FixMaker = {
  codes: ['yaml-syntax'],
  create: (document, fault) => [...tabs(fault), ...secondKeys(document, fault), ...openBrackets(document, fault)],
};

function tabs({ text, start, end }: Fault): Fix[] {
  if (!/^\t+$/.test(text)) return [];
  return [
    {
      title: 'Indent with blanks',
      changes: [{ start, end, text: '  '.repeat(text.length) }],
      preferred: true,
      safe: true,
    },
  ];
}

/** The problem stands at the second of two keys, or at its first character. */
function secondKeys({ tree, text }: ExperimentDocument, { start, message }: Fault): Fix[] {
  if (!message.includes('unique')) return [];
  const maps = [tree.document.contents, ...[...entriesOf(tree.document.contents)].map(({ value }) => value)].filter(
    (node) => isMap(node),
  );
  return maps.flatMap((map) => {
    const index = (map.items as Pair<Node | null>[]).findIndex(({ key }) => key?.range?.[0] === start);
    return index < 0 ? [] : [{ title: 'Remove the second one', changes: [removeItem(text, map, index)] }];
  });
}

/** A bracket that is open at the end of its line is closed there. */
function openBrackets({ text, tree }: ExperimentDocument, { message }: Fault): Fix[] {
  const [, close] = /end with a ([}\]])/.exec(message) ?? [];
  if (!close) return [];
  const open = [...entriesOf(tree.document.contents)]
    .map(({ value }) => value)
    .findLast((value) => value?.range && isOpen(text, value));
  const at = text.slice(open?.range?.[0] ?? 0).search(/\s*(\r?\n|$)/) + (open?.range?.[0] ?? 0);
  return open
    ? [{ title: `Close it with ${close}`, changes: [{ start: at, end: at, text: close }], preferred: true }]
    : [];
}

function isOpen(text: string, { range }: Node): boolean {
  const [start, end] = range ?? [0, 0];
  return '{['.includes(text[start] ?? ' ') && !'}]'.includes(text[end - 1] ?? ' ');
}
