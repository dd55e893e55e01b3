import type { DiagnosticCode } from '../../experiment/checks/diagnostics.js';
import { nearest } from '../../experiment/checks/did-you-mean.js';
import { namesIn } from '../names/names-in.js';
import type { NameKind } from '../names/occurrence.js';
import type { Fault, Fix, FixMaker } from './fix.js';

/** Writes the word that was meant. */
export const didYouMean: FixMaker = {
  codes: [
    'percentile-unlikely',
    'unknown-key',
    'unknown-plugin',
    'invalid-value',
    'files-unfit',
    'path-missing',
    'disable-unknown',
  ],
  // What a file shows to be missing is not there to be corrected.
  create: ({ tree }, fault) =>
    fault.suggestion === undefined || (fault.code === 'files-unfit' && !tree.nodeAt(fault.path))
      ? []
      : [{ ...write(fault, fault.suggestion), preferred: true }],
};

/** Names a model that there is, the nearest first. */
export const anotherModel = anotherName('unknown-model', 'model');

/** Names a perturbation that there is, the nearest first, and not the one that the name stands in. */
export const anotherPerturbation = anotherName('unknown-perturbation', 'perturbation');

function anotherName(code: DiagnosticCode, of: NameKind): FixMaker {
  return {
    codes: [code],
    create(document, fault) {
      const given = namesIn(document).filter(({ kind, role }) => kind === of && role !== 'reference');
      const names = [...new Set(given.map(({ name }) => name))].filter((name) => name !== fault.path[1]);
      const meant = nearest(fault.text, names);
      return names
        .toSorted((a, b) => Number(b === meant) - Number(a === meant))
        .map((name) => ({ ...write(fault, name), preferred: name === meant || names.length === 1 }));
    },
  };
}

/** Puts a word in place of what is written, in its quotes. */
function write({ start, end, text }: Fault, word: string): Fix {
  const [quote] = /^["']/.exec(text) ?? [''];
  return { title: `Write "${word}"`, changes: [{ start, end, text: quote + word + quote }] };
}
