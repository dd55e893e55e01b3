/** A row of the grid: some hits, or the line at which the threshold cuts. */
export type ResultRow = { readonly from: number; readonly to: number } | 'cut';

/** Lays `length` hits out in rows of `columns`; those within the threshold, `cut` of them, end with a row of their own. */
export function resultRows(length: number, columns: number, cut: number | null): ResultRow[] {
  if (cut === null) return chunks(0, length, columns);
  return [...chunks(0, cut, columns), 'cut', ...chunks(cut, length, columns)];
}

function chunks(begin: number, end: number, columns: number): ResultRow[] {
  const rows = Math.ceil((end - begin) / columns);
  return Array.from({ length: rows }, (_, n) => {
    const from = begin + n * columns;
    return { from, to: Math.min(from + columns, end) };
  });
}

/** The row in which a hit is. */
export function rowOf(rows: readonly ResultRow[], place: number): number {
  return rows.findIndex((row) => row !== 'cut' && row.from <= place && place < row.to);
}

/** The hit so many rows below another, or above it, as far as there are rows; the line of the threshold is none. */
export function hitBelow(place: number, steps: number, rows: readonly ResultRow[]): number {
  const hits = rows.filter((row) => row !== 'cut');
  const row = hits.findIndex(({ from, to }) => from <= place && place < to);
  const target = hits[Math.min(Math.max(0, row + steps), hits.length - 1)];
  return target ? Math.min(target.from + place - (hits[row]?.from ?? 0), target.to - 1) : 0;
}
