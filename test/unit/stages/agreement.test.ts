import assert from 'node:assert/strict';
import { evaluateExpectation, parseExpectation } from '../../../server/src/experiment/expectations/expectation.js';
import { headlineOf } from '../../../server/src/history/read-run.js';
import { completion } from '../../../server/src/language/features/completion.js';
import { hover } from '../../../server/src/language/features/hover.js';
import { inlayHints } from '../../../server/src/language/features/inlay-hints.js';
import { lineOf } from '../../../server/src/language/names/given-names.js';
import { fileRuns } from '../../../server/src/lsp/runs/file-runs.js';
import { parsePath } from '../../../server/src/protocol/figure-path.js';
import { lookUp } from '../../../server/src/protocol/results/look-up.js';
import { stages } from '../../../server/src/stages/all.js';
import { figuresOfFile, namesInResults } from '../../../server/src/stages/figures.js';
import { measuredFigure } from '../../../server/src/stages/findings/measured.js';
import { tablesOf } from '../../../server/src/stages/findings/tables.js';
import { openMarked } from '../../support/marked-yaml.js';
import { resultsBySchema } from '../../support/results-by-schema.js';

/** Names as vendors, versions and languages have them: with a stroke, a dot, and an accent. */
const TEXT = `dataset: synthetic
embed:
  models:
    - test/model
    - {use: test/model, name: a.b}
    - {use: clip-vit-b-32, name: é}
index: flat
accuracy: {top: [1, 5]}
verification: {fmr: [1e-2, 0.001]}
identification: {ranks: [1, 5], fpir: [0.1, 0.02]}
attributes:
  model: é
  ask:
    Brille.Rand: [a person with glasses, a person without glasses]
    Lächeln: [a person who smiles, a person who is serious]
threshold: {percentile: 95}
poison:
  acme/cloak: test/noise
  v1.2: test/noise
countermeasures: {soft: {use: blur, sigma: 1}}
transfer: {judges: [a.b, é]}
retrieve: test/engine
robustness: {minValid: 3, trackers: [static, dynamic]}
`;
const NAMES = {
  model: ['test/model', 'a.b', 'é'],
  depth: ['1', '5'],
  fmr: ['0.01', '0.001'],
  rank: ['1', '5'],
  fpir: ['0.1', '0.02'],
  question: ['Brille.Rand', 'Lächeln'],
  perturbation: ['acme/cloak', 'v1.2'],
  version: ['original', 'acme/cloak', 'v1.2', 'original+soft', 'acme/cloak+soft', 'v1.2+soft'],
  countermeasure: ['soft'],
  judge: ['a.b', 'é'],
  tracker: ['static', 'dynamic'],
  treated: ['original+soft', 'acme/cloak+soft', 'v1.2+soft'],
  stage: stages.map(({ key }) => key),
  difference: [
    'accuracy/a.b',
    'accuracy/é',
    'poison/acme/cloak',
    'poison/v1.2',
    'robustness/acme/cloak',
    'robustness/v1.2',
  ],
};
const FIGURES = figuresOfFile(NAMES, () => true);
const RESULTS = resultsBySchema(NAMES);

/** Lists have the first depth and the first operating point alone. */
function isLater({ names }: (typeof FIGURES)[number]): boolean {
  return names.depth === '5' || names.fmr === '0.001' || names.rank === '5' || names.fpir === '0.02';
}

function opened(text: string, measured = RESULTS) {
  const { document, services } = openMarked(text);
  const { spec } = document.experiment;
  const of = () => fileRuns([], [{ results: measured, folder: '/r1', spec }], spec, []);
  return { document, services: { ...services, runs: { of } } };
}

describe('Every figure of every declared stage', () => {
  it('has a meaning, a kind and a label, and is in the results of a file with these names', () => {
    assert.ok(FIGURES.length > 130, `${FIGURES.length} figures`);
    for (const { path, label, docs } of FIGURES) {
      assert.ok(label.length > 0 && docs.length > 0 && !docs.endsWith('.'), path);
      assert.notEqual(lookUp(RESULTS, parsePath(path) ?? []), null, path);
    }
  });

  it('is found again in results by the names that are in them', () => {
    const found = figuresOfFile(namesInResults(RESULTS), () => true);
    assert.deepEqual(found.map(({ path }) => path).sort(), FIGURES.map(({ path }) => path).sort());
  });

  it('may be expected: the editor knows it, and a run judges it', () => {
    const lines = FIGURES.map(({ path, kind }) => `${path} >= 0${kind === 'share' ? '%' : ''}`);
    const { document } = opened(`${TEXT}expect:\n${lines.map((line) => `  - '${line}'\n`).join('')}`);
    assert.deepEqual(document.experiment.diagnostics, []);
    for (const line of lines) {
      const expectation = parseExpectation(line);
      assert.ok(expectation.ok, line);
      assert.ok(evaluateExpectation(expectation.value, RESULTS).ok, line);
    }
  });

  it('is offered in an expectation, with what it means', async () => {
    const { document, cursor, services } = openMarked(`${TEXT}expect:\n  - ‸\n`);
    const items = await completion(document, cursor, services);
    for (const { path } of FIGURES.filter(({ segments: [block] }) => block !== 'stages')) {
      const item = items.find(({ label }) => label === path);
      assert.ok(item?.documentation, path);
    }
  });

  it('says what it means when it is pointed at', async () => {
    for (const { path, docs } of FIGURES.filter(({ names }) => names.model !== 'é')) {
      const { document, cursor, services } = openMarked(`${TEXT}expect:\n  - '‸${path} >= 0'\n`);
      const said = JSON.stringify(await hover(document, cursor, services));
      assert.ok(said.includes(docs.split('`')[0].split('{')[0].slice(0, 30)), `${path}: ${said}`);
    }
  });

  it('stands beside the line that it is about, where it matters', () => {
    const { document, services } = opened(TEXT);
    const whole = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
    const hints = inlayHints(document, whole, services);
    const beside = (line: number) => hints.filter(({ position }) => position.line === line);
    const shown = FIGURES.filter((figure) => figure.short && lineOf(document, figure));
    assert.ok(shown.length > 15, `${shown.length} figures`);
    for (const figure of shown) {
      const { line } = document.keyRange(lineOf(document, figure) ?? []).start;
      const { text } = measuredFigure(RESULTS, figure) ?? assert.fail(figure.path);
      const said = JSON.stringify(beside(line).map(({ label, tooltip }) => [label, tooltip]));
      assert.ok(said.includes(text), `${figure.path}: ${text} is not in ${said}`);
    }
  });

  it('stands in a table under its heading, and its share in the list of runs, where it has such', () => {
    const tables = tablesOf(RESULTS);
    const cells = tables.flatMap(({ facts, rows }) => [...facts.flatMap((fact) => fact.split(' ')), ...rows.flat()]);
    const listed = headlineOf(RESULTS).map(({ value }) => value);
    for (const figure of FIGURES) {
      const { text } = measuredFigure(RESULTS, figure) ?? assert.fail(figure.path);
      const isSaid = (words: readonly string[]) => words.some((word) => word === text || text.startsWith(`${word} `));
      if (figure.column && figure.better !== 'lower') assert.ok(isSaid(cells), `${figure.path}: ${text}`);
      if (figure.short && figure.kind === 'share' && !isLater(figure)) assert.ok(listed.includes(text), figure.path);
    }
  });
});

describe('Every declared stage', () => {
  for (const { key, example, title, docs } of stages) {
    it(`${key} has a title, words about it, and an example that is in order`, () => {
      assert.ok(title && docs);
      const line = new RegExp(`^${key}:.*\\n(?: .*\\n)*`, 'm');
      const { document } = openMarked(TEXT.replace(line, `${key}: ${example}\n`));
      const errors = document.experiment.diagnostics.filter(({ code }) => code !== 'unknown-model');
      assert.deepEqual(errors, []);
    });
  }

  it('is declared once', () => {
    const keys = stages.map(({ key }) => key);
    assert.deepEqual(keys, [...new Set(keys)]);
    const blocks = stages.flatMap(({ block }) => block ?? []);
    assert.deepEqual(blocks, [...new Set(blocks)]);
  });
});
