import { isMap, type Node, type Pair } from 'yaml';
import { entriesOf } from '../../experiment/entries.js';
import { nameOf } from '../../experiment/key-name.js';
import { itemAt } from '../../protocol/item-at.js';
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
      const names = pairs.slice(0, index + 1).map(nameOf);
      if (index < 1 || names.indexOf(itemAt(names, index)) === index) return [];
      return [{ title: 'Remove the second one', changes: [removeItem(text, map, index)], preferred: true }];
    });
  },
};
