import { RESERVED_NAMES } from '../../protocol/names.js';
import type { ExperimentDocument } from '../document.js';
import { renamed } from '../features/rename.js';
import { namesIn } from '../names/names-in.js';
import type { FixMaker } from './fix.js';

/** Gives a model or a perturbation, one of two or reserved, a name that nothing has. */
export const anotherName: FixMaker = {
  codes: ['duplicate-name', 'reserved-name'],
  create(document, fault) {
    const given = namesIn(document).filter(({ role, kind }) => role !== 'reference' && kind !== 'anchor');
    const occurrence = given.find(({ start, end }) => fault.start <= start && end <= fault.end);
    if (!occurrence) return [];
    const name = freeName(document, occurrence.name);
    return [{ title: `Name it "${name}"`, changes: [renamed(document, occurrence, name)], preferred: true }];
  },
};

function freeName(document: ExperimentDocument, name: string): string {
  const taken = new Set([...RESERVED_NAMES, ...namesIn(document).map((one) => one.name)]);
  let number = 2;
  while (taken.has(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}
