import { isMap, type Node, type Pair } from 'yaml';
import { entriesOf } from '../../experiment/entries.js';
import { removeItem } from '../edit/remove-entry.js';
import type { FixMaker } from './fix.js';

/** Of a key that is there twice the second one goes. */
export const removeSecondKey: FixMaker = {
  codes: ['yaml-syntax'],
  create({ tree, text }, { start }) {
    const { contents } = tree.document;
    const maps = [contents, ...[...entriesOf(contents)].map(({ value }) => value)].filter((node) => isMap(node));
    return maps.flatMap((map) => {
      const pairs = map.items as Pair<Node | null>[];
      const index = pairs.findIndex(({ key }) => key?.range?.[0] === start);
      const name = String(pairs[index]?.key);
      if (index < 1 || !pairs.slice(0, index).some(({ key }) => String(key) === name)) return [];
      return [{ title: 'Remove the second one', changes: [removeItem(text, map, index)], preferred: true }];
    });
  },
};
