import { isScalar, isSeq } from 'yaml';
import { parseExpectation } from '../../experiment/expectations/expectation.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import { parsePath } from '../../protocol/figure-path.js';
import { counted, foundText, whiteBoxWords } from '../../protocol/figure-text.js';
import { variantText } from '../../protocol/runs/variant.js';
import { type MeasuredFigure, measuredFigure } from '../../stages/findings/measured.js';
import { FileFacts } from '../complete/file-facts.js';
import { outlineOf } from '../complete/outline.js';
import type { ExperimentDocument } from '../document.js';
import { lineOf } from '../names/given-names.js';
import type { FileRuns, Measured, VariantRuns } from '../run-states.js';
import { measuredNote, type Note } from './note.js';
import { overVariants } from './over-variants.js';

/** VS Code cuts a hint at 43 characters. */
const LONGEST = 43;

/**
 * What runs measured, beside what it was measured of. A file with an error keeps what it has. What is not wanted is not
 * looked up: of hundreds of variants a figure takes a while.
 */
export function figureNotes(
  document: ExperimentDocument,
  runs: FileRuns,
  isWanted: (at: SpecPath) => boolean = () => true,
): Note[] {
  if (!runs.results && !runs.variants) return [];
  const lines = new Map<string, { at: SpecPath; found: (Measured<MeasuredFigure> & { first?: boolean })[] }>();
  const { figures } = new FileFacts(outlineOf(document), [], { path: ['expect'], tree: document.tree });
  for (const figure of figures) {
    const at = lineOf(document, figure);
    const measured =
      at &&
      isWanted(at) &&
      (runs.variants
        ? overVariants(runs.variants, figure)
        : runs.measured(parsePath(figure.path) ?? [], (results) => measuredFigure(results, figure)));
    if (!at || !measured) continue;
    const key = JSON.stringify(at);
    const line = lines.get(key) ?? { at, found: [] };
    lines.set(key, line);
    if (figure.first) line.found.unshift(measured);
    else line.found.push(measured);
  }
  const notes = [...lines.values()].flatMap(({ at, found }) => noteOf(at, found) ?? []);
  return [...notes, ...expectations(document, runs, isWanted)];
}

/** Figures of the settings that the file has go before those of other settings, which are only told in the tooltip then. */
function noteOf(at: SpecPath, found: readonly Measured<MeasuredFigure>[]): Note | undefined {
  const shown = found.filter(({ value }) => value.short !== undefined);
  const fresh = shown.filter(({ stale }) => !stale);
  const told = fresh.length > 0 ? fresh : shown;
  const [newest] = told;
  if (!newest) return undefined;
  const label = labelOf(told.map(({ value }) => value));
  return measuredNote(at, label, [...told, ...found.filter((one) => !told.includes(one))].map(sentenceOf), newest);
}

function sentenceOf({ value: { sentence, whiteBox } }: Measured<MeasuredFigure>): string {
  if (whiteBox === 'unknown') {
    return `${sentence} White-box unknown: it is not known whether the perturbation was made against the model that judges.`;
  }
  return whiteBox
    ? `${sentence} White-box: the model that judges is one that the perturbation was made against.`
    : sentence;
}

/** As many figures as fit. */
function labelOf(figures: readonly MeasuredFigure[]): string {
  const words = figures.map(({ short = '', whiteBox }) => (whiteBox ? `${short}, ${whiteBoxWords(whiteBox)}` : short));
  const fitting = words.map((_, n) => words.slice(0, n + 1).join(' · ')).filter((text) => text.length <= LONGEST);
  return fitting.at(-1) ?? words[0] ?? '';
}

function expectations({ tree }: ExperimentDocument, runs: FileRuns, isWanted: (at: SpecPath) => boolean): Note[] {
  const list = tree.nodeAt(['expect']);
  if (!isSeq(list)) return [];
  return list.items.flatMap((item, n) => {
    const isLine = isScalar(item) && isWanted(['expect', n]);
    const parsed = isLine ? parseExpectation(String(item.value)) : undefined;
    if (!parsed?.ok) return [];
    const { path, text } = parsed.value;
    if (runs.variants) return judgedOver(runs.variants, n, path, text);
    const judged = runs.measured(path, ({ expect }) => expect.find((line) => line.text === text));
    if (!judged) return [];
    const { ok, actual } = judged.value;
    return [measuredNote(['expect', n], `${ok ? '✓' : '✗'} ${foundText(text, actual)}`, [], judged)];
  });
}

/** In how many of the variants that were judged an expectation holds, and what was found in each. */
function judgedOver(variants: readonly VariantRuns[], n: number, path: readonly string[], text: string): Note[] {
  const judged = variants.flatMap(({ values, measured }) => {
    const one = measured(path, ({ expect }) => expect.find((line) => line.text === text));
    return one ? { ...one, values } : [];
  });
  const fresh = judged.filter(({ stale }) => !stale);
  const told = fresh.length > 0 ? fresh : judged;
  const [first] = told;
  if (!first) return [];
  const held = told.filter(({ value }) => value.ok).length;
  const label = `${held === told.length ? '✓' : '✗'} ${held} of ${counted(told.length, 'variant')}`;
  const each = told.map(({ values, value: { ok, actual } }) => {
    return `- ${ok ? '✓' : '✗'} ${variantText(values)}: ${foundText(text, actual)}`;
  });
  return [measuredNote(['expect', n], label, [each.join('\n')], first)];
}
