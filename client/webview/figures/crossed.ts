import {
  type CrossTable,
  countermeasureTables,
  transferTables,
} from '../../../server/src/protocol/results/cross-tables.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { heatMap } from '../charts/heat-map.js';
import type { Figure } from './figure.js';

/** What is left behind each countermeasure, and what each judge makes of each version. */
export function crossedFigures(results: Results): Figure[] {
  return [...countermeasureTables(results), ...transferTables(results)].map(crossedFigure);
}

export function crossedFigure(table: CrossTable): Figure {
  const { title, file } = table;
  const note = `Each rate by ${table.what} and ${table.across}: the stronger the shade, the higher.`;
  return { heading: title, note, file, draw: (width) => heatMap(table, width) };
}
