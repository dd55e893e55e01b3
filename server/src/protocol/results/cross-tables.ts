import { partsOfVersion } from '../names.js';
import type { Results } from '../results.js';
import type { WhiteBox } from './figure.js';

/** One rate by two names: a perturbation and a countermeasure, or a version of photographs and a judge. */
export interface CrossTable {
  /** What it is a rate of, which a file is named after too. */
  readonly title: string;
  readonly file: string;
  /** What rows are called; the first column’s heading. */
  readonly what: string;
  /** What columns are called. */
  readonly across: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly CrossCell[] }[];
}

/** `rate` is null where nothing was counted, and undefined where nobody asked. */
export interface CrossCell {
  readonly rate?: number | null;
  readonly whiteBox?: WhiteBox;
}

/** The heading of what went through no countermeasure. */
const NONE = 'none';

type Found = ReadonlyMap<string, CrossCell>;

/** Each perturbation behind each countermeasure, the originals first, by each rate that a run measured. */
export function countermeasureTables({ countermeasures, robustness, poison = [] }: Results): CrossTable[] {
  if (!countermeasures || countermeasures.length === 0) return [];
  const plain = poison.map(({ name, top1, protection, whiteBox }) => ({ name, top1, protection, whiteBox }));
  const all = [...plain, ...countermeasures];
  const found = new Map(Object.entries(robustness?.withValid ?? {}));
  const top1 = new Map(all.map(({ name, top1, whiteBox }) => [name, { rate: top1, whiteBox }]));
  const protection = new Map(
    all.flatMap(({ name, protection, whiteBox }) =>
      protection ? [[name, { rate: protection.nn, whiteBox }] as const] : [],
    ),
  );
  return [
    crossed('Still found, by countermeasure', 'countermeasures-found', found),
    crossed('Top-1, by countermeasure', 'countermeasures-top1', top1),
    crossed('Protection from 1-NN, by countermeasure', 'countermeasures-protection', protection),
  ].filter(({ rows, columns }) => rows.length > 0 && columns.length > 1);
}

function crossed(title: string, file: string, found: Found): CrossTable {
  const parts = [...found.keys()].map(partsOfVersion);
  const versions = [...new Set(parts.map(([version]) => version))];
  versions.sort((a, b) => Number(b === 'original') - Number(a === 'original'));
  const behind = [...new Set(parts.flatMap(([, countermeasure]) => countermeasure ?? []))];
  const rows = versions.map((name) => {
    const names = [name, ...behind.map((countermeasure) => `${name}+${countermeasure}`)];
    return { name, cells: names.map((version) => found.get(version) ?? {}) };
  });
  return { title, file, what: 'perturbation', across: 'countermeasure', columns: [NONE, ...behind], rows };
}

/** Each version of the queries by each judge: who is still matched. */
export function transferTables({ transfer = [] }: Results): CrossTable[] {
  const [first] = transfer;
  if (!first) return [];
  const judges = [...new Set(transfer.map(({ judge }) => judge))];
  const byVersion = new Map<string, CrossCell[]>();
  for (const { perturbation, countermeasure, judge, matched, whiteBox } of transfer) {
    const name = countermeasure === null ? perturbation : `${perturbation}+${countermeasure}`;
    const cells = byVersion.get(name) ?? judges.map((): CrossCell => ({}));
    cells[judges.indexOf(judge)] = { rate: matched.rate, whiteBox };
    byVersion.set(name, cells);
  }
  const table = {
    title: `Matched at a false match rate of ${first.fmr}, by judge`,
    file: 'transfer-matched',
    what: 'version',
    across: 'judge',
    columns: judges,
    rows: [...byVersion].map(([name, cells]) => ({ name, cells })),
  };
  return [table];
}
