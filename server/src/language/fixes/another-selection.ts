import { removeEntry } from '../edit/remove-entry.js';
import type { FixMaker } from './fix.js';

/** Asks for no more images than there are, and for no more valid results than there can be. */
export const anotherSelection: FixMaker = {
  codes: ['selection-unfit'],
  create(document, { path }) {
    if (path[0] === 'queries') {
      const change = removeEntry(document, path);
      return change ? [{ title: 'Query every image', changes: [change], preferred: true }] : [];
    }
    const range = document.tree.nodeAt(['robustness', 'minValid'])?.range;
    const { retrieve } = document.experiment.draft;
    if (!range || !retrieve) return [];
    const changes = [{ start: range[0], end: range[1], text: String(retrieve.results) }];
    return [{ title: `Ask for ${retrieve.results} valid results at the most`, changes, preferred: true }];
  },
};
