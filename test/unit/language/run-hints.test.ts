import assert from 'node:assert/strict';
import { codeLenses } from '../../../server/src/language/features/code-lens.js';
import { hover } from '../../../server/src/language/features/hover.js';
import { inlayHints } from '../../../server/src/language/features/inlay-hints.js';
import type { FileRuns } from '../../../server/src/language/run-states.js';
import { fileRuns } from '../../../server/src/lsp/runs/file-runs.js';
import type { PlannedWork } from '../../../server/src/protocol/lsp.js';
import type { RunSummary, StageState } from '../../../server/src/protocol/runs/run-state.js';
import { mcnemarQueries } from '../../../server/src/stages/findings/queries-needed.js';
import { exampleResults } from '../../support/example-results.js';
import { openMarked } from '../../support/marked-yaml.js';

const TEXT = `# Made up
name: Robustness
dataset: synthetic
embed:
  models:
    - face-recognition
    - use: test/model   # it takes words
      name: clip-vit-l-14
accuracy: {top: [1, 5]}
attributes:
  model: clip-vit-l-14
  ask:
    Eyeglasses: [a person with glasses, a person without glasses]
    Smiling: [a person who smiles, a person who is serious]
threshold: {percentile: 95, model: face-recognition}
poison:
  fawkes: test/noise
  lowkey: {use: test/noise, strength: 3}
retrieve: test/engine
robustness: {minValid: 3}
expect:
  - accuracy.face-recognition.top1 >= 85%
  - robustness.withValid.fawkes <= 50%
`;

const summary = (changes: Partial<RunSummary>): RunSummary => ({
  ...{ id: 'r1', folder: '/home/ana/.lookalike/runs/r1', file: '/home/ana/x.experiment.yaml', uri: '', name: 'Small' },
  ...{ status: 'done', startedAt: '2025-01-18T14:03:01.000Z', finishedAt: null, stages: [], problem: null },
  ...{ warnings: [], headline: [], expect: { held: 0, of: 0 }, own: true, set: [], differs: [], progress: null },
  ...{ written: 0, waiting: 0 },
  ...changes,
});

const stage = (name: string, status: StageState['status'], more: Partial<StageState> = {}): StageState => {
  return { name, status, seconds: null, progress: null, ...more };
};

function opened(given: { runs?: RunSummary[]; measured?: boolean; planned?: PlannedWork[]; text?: string }) {
  const marked = openMarked(given.text ?? TEXT);
  const { spec } = openMarked(TEXT).document.experiment;
  const measured = given.measured ? [{ results: exampleResults(), folder: '/r1', spec }] : [];
  const now = marked.document.experiment.spec;
  const of = (): FileRuns => fileRuns(given.runs ?? [], measured, now, given.planned ?? []);
  return { document: marked.document, services: { ...marked.services, runs: { of } } };
}

function hints(given: Parameters<typeof opened>[0]): string[] {
  const { document, services } = opened(given);
  const whole = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
  return inlayHints(document, whole, services).map(({ position: { line, character }, label }) => {
    return `${document.text.split('\n')[line].slice(0, character).trim()} ⟵ ${label}`;
  });
}

function lenses(given: Parameters<typeof opened>[0]): string[] {
  const { document, services } = opened(given);
  return codeLenses(document, services).map(({ range, command }) => `${range.start.line} ${command?.title}`);
}

describe('Inlay hints', () => {
  it('stand beside what was measured, at the end of its first line, and name a white-box rate', () => {
    assert.deepEqual(hints({ measured: true }), [
      'dataset: synthetic ⟵ 2,040 images · 412 identities',
      '- face-recognition ⟵ top-1 94.5 % · top-5 97.0 %',
      '- use: test/model   # it takes words ⟵ top-1 80.6 % · top-5 89.4 %',
      'Eyeglasses: [a person with glasses, a person without glasses] ⟵ 84.3 % right · 391 yes',
      'Smiling: [a person who smiles, a person who is serious] ⟵ 1,104 yes',
      'threshold: {percentile: 95, model: face-recognition} ⟵ t = 0.284 median',
      'fawkes: test/noise ⟵ 84.1 % still found, white-box',
      'lowkey: {use: test/noise, strength: 3} ⟵ 77.7 % still found · top-1 73.1 %',
      'robustness: {minValid: 3} ⟵ 728 eligible · control 32.8 %',
      '- accuracy.face-recognition.top1 >= 85% ⟵ ✓ 94.3 %',
      '- robustness.withValid.fawkes <= 50% ⟵ ✗ 84.1 %',
    ]);
  });

  it('mark what other settings measured, and nothing else', () => {
    const text = TEXT.replace('strength: 3', 'strength: 4');
    const outdated = hints({ measured: true, text }).filter((hint) => hint.includes('outdated'));
    assert.deepEqual(outdated, [
      'lowkey: {use: test/noise, strength: 4} ⟵ outdated: 77.7 % still found · top-1 73.1 %',
      'robustness: {minValid: 3} ⟵ outdated: 728 eligible · control 32.8 %',
    ]);
  });

  it('say beside the queries how many a difference of 5 points needs, by what the newest run found discordant', () => {
    const withQueries = (sample: number) => TEXT.replace('embed:', `queries: {sample: ${sample}}\nembed:`);
    const beside = (text: string) => hints({ measured: true, text }).filter((hint) => hint.startsWith('queries:'));
    // Of the run's 728 eligible queries 116 are discordant behind fawkes.
    const needed = mcnemarQueries(116 / 728).toLocaleString('en');
    assert.deepEqual(beside(withQueries(100)), [`queries: {sample: 100} ⟵ outdated: 5 points need ~ ${needed}`]);
    assert.deepEqual(beside(TEXT), []);
  });

  it('say what work that is not cached would cost, where that was measured', () => {
    const work = { total: 1000, cached: 100, diskMb: 2, memoryMb: 1200 };
    const planned: PlannedWork[] = [
      { stage: 'embed', label: 'face-recognition', seconds: 130, ...work },
      { stage: 'embed', label: 'clip-vit-l-14', seconds: null, ...work },
      { stage: 'poison', label: 'fawkes', seconds: 7200, ...work, memoryMb: null, diskMb: null },
      { stage: 'accuracy', label: '', total: null, cached: null, seconds: null, diskMb: null, memoryMb: null },
    ];
    assert.deepEqual(hints({ planned }), ['- face-recognition ⟵ ~ 2 min · 1.2 GB', 'fawkes: test/noise ⟵ ~ 2 h']);
  });

  it('say what comparing pairs, countermeasures and judges would cost, at the most where nobody knows what is kept', () => {
    const text = `${TEXT}verification:\n  pairs: all\ncountermeasures:\n  half: {use: resize, scale: 0.5}\ntransfer:\n  judges: [face-recognition]\n`;
    const none = { diskMb: null, memoryMb: null };
    const planned: PlannedWork[] = [
      {
        stage: 'verification',
        label: 'face-recognition',
        unit: 'pair',
        total: 9_000_000,
        cached: 0,
        seconds: 90,
        ...none,
      },
      { stage: 'countermeasures', label: 'half', total: 30, cached: 10, seconds: 8, ...none },
      { stage: 'transfer', label: 'face-recognition', total: 60, cached: null, seconds: 5, ...none },
      { stage: 'transfer', label: 'clip-vit-l-14', total: 60, cached: null, seconds: 8, ...none },
    ];
    assert.deepEqual(hints({ planned, text }), [
      'verification: ⟵ ~ 2 min',
      'half: {use: resize, scale: 0.5} ⟵ ~ 8 s',
      'transfer: ⟵ up to 13 s',
    ]);
    const { document, services } = opened({ planned, text });
    const whole = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
    const tooltips = inlayHints(document, whole, services).map(({ tooltip }) => (tooltip as { value: string }).value);
    assert.deepEqual(tooltips, [
      '9,000,000 pairs of 9,000,000 to compare: about 2 min, at the rate measured here.',
      '20 images of 30 to compute: about 8 s, at the rate measured here.',
      '- `face-recognition`: 60 images, less what is in the cache: about 5 s, at the rate measured here.\n- `clip-vit-l-14`: 60 images, less what is in the cache: about 8 s, at the rate measured here.',
    ]);
  });

  it('say how many pairs there are where they are many, before anybody knows what they take', () => {
    const work = { stage: 'verification', label: 'face-recognition', unit: 'pair', cached: 0, seconds: null } as const;
    const planned = (total: number): PlannedWork[] => [{ ...work, total, diskMb: null, memoryMb: null }];
    const text = `${TEXT}verification:\n  pairs: all\n`;
    assert.deepEqual(hints({ planned: planned(20_522_000_000), text }), ['verification: ⟵ 20,522,000,000 pairs']);
    assert.deepEqual(hints({ planned: planned(9000), text }), []);
  });

  it('are none where nothing was run', () => {
    assert.deepEqual(hints({}), []);
  });
});

describe('Code lenses', () => {
  it('offer to run a file and each of its stages', () => {
    assert.deepEqual(lenses({ text: 'dataset: synthetic\nembed: {models: [face-recognition]}\n' }), [
      ...['0 ▶ Run', '0 ▶ Run this stage', '1 ▶ Run this stage'],
    ]);
  });

  it('show how far a run is, and cancel it', () => {
    const progress = { label: 'face-recognition', done: 34, total: 100, rate: 3, secondsLeft: 22 };
    const stages = [stage('dataset', 'cached'), stage('embed', 'running', { progress }), stage('accuracy', 'idle')];
    const runs = [summary({ status: 'running', stages })];
    assert.deepEqual(lenses({ runs }).slice(0, 5), [
      ...['0 ■ Cancel', '0 running: 1 of 3 stages done', '2 ✓ cached', '3 34 % · face-recognition · 22 s left'],
      '8 waiting',
    ]);
  });

  it('say of a stage that the file has changed since, and never that it is cached', () => {
    const runs = [summary({ stages: [stage('poison', 'cached'), stage('retrieve', 'done', { seconds: 2 })] })];
    const ofPoison = (text: string) => lenses({ runs, measured: true, text }).filter((lens) => /outdated|✓/.test(lens));
    assert.deepEqual(
      ofPoison(TEXT).map((lens) => lens.replace(/^\d+ /, '')),
      ['✓ cached', '✓ 2.0 s'],
    );
    const changed = TEXT.replace('strength: 3', 'strength: 4');
    assert.ok(
      ofPoison(changed).every((lens) => !lens.includes('cached')),
      String(ofPoison(changed)),
    );
    assert.ok(ofPoison(changed).some((lens) => lens.endsWith('outdated')));
  });

  it('offer to cancel a run of a terminal too, and say that it is one', () => {
    const runs = [summary({ status: 'running', own: false, stages: [stage('dataset', 'running')] })];
    assert.deepEqual(lenses({ runs }).slice(0, 2), ['0 ■ Cancel', '0 running: 0 of 1 stages done, in a terminal']);
  });

  it('say why the last run failed, and at which stage', () => {
    const problem = { code: 'disk-full', message: 'No space is left\nand more' };
    const runs = [summary({ status: 'failed', problem, stages: [stage('embed', 'failed')] })];
    const titles = lenses({ runs, measured: true });
    assert.deepEqual(titles.slice(0, 3), ['0 ▶ Run', '0 Results', '0 ✗ failed: No space is left']);
    assert.ok(titles.includes('3 ✗ failed'));
  });

  it('are none of a file that is no experiment yet', () => {
    assert.deepEqual(lenses({ text: 'name: Nothing\n' }), []);
  });
});

describe('A file with a matrix', () => {
  const MATRIX = 'matrix:\n  threshold.percentile: [90, 95]\n  queries.seed: [1, 2]\n';

  /** The file, of whose variants the first so many were run, each with a top-1 of its own. */
  function swept(ran: number, { running = false, text = TEXT + MATRIX } = {}) {
    const { document, services } = openMarked(text);
    const variants = openMarked(TEXT + MATRIX).document.experiment.matrix?.variants ?? [];
    const runs = variants.slice(0, ran).map(({ values }, n) =>
      summary({
        ...{ id: `r${n}`, folder: `/r${n}`, sweep: 's1', variant: values },
        status: running && n === ran - 1 ? 'running' : 'done',
      }),
    );
    const measured = variants.slice(0, ran).map(({ values, spec }, n) => {
      const results = structuredClone(exampleResults());
      results.run.variant = values;
      for (const { top } of results.accuracy ?? []) for (const hits of Object.values(top)) hits.rate = 0.6 + 0.05 * n;
      return { results, folder: `/r${n}`, spec };
    });
    const now = document.experiment;
    const of = (): FileRuns => fileRuns(runs, measured, now.spec, [], now.matrix?.variants);
    return { document, services: { ...services, runs: { of } } };
  }

  function lensesOf({ document, services }: ReturnType<typeof swept>): string[] {
    return codeLenses(document, services).map(({ range, command }) => `${range.start.line} ${command?.title}`);
  }

  function hintsOf({ document, services }: ReturnType<typeof swept>) {
    const whole = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
    return inlayHints(document, whole, services);
  }

  it('runs all of its variants, or those with a value of an axis', () => {
    const given = swept(0);
    const line = TEXT.split('\n').length;
    const lenses = lensesOf(given);
    assert.ok(lenses.includes('0 ▶ Run 4 variants'), lenses.join());
    assert.deepEqual(
      lenses.filter((lens) => Number.parseInt(lens, 10) >= line - 1),
      [`${line} ▶ 90`, `${line} ▶ 95`, `${line + 1} ▶ 1`, `${line + 1} ▶ 2`],
    );
    const commands = codeLenses(given.document, given.services).map(({ command }) => command?.arguments?.[0]);
    assert.deepEqual(
      commands.find((argument) => argument?.variant),
      {
        uri: given.document.uri,
        variant: ['threshold.percentile=90'],
      },
    );
  });

  it('says how its variants are, and which one goes on', () => {
    const line = TEXT.split('\n').length - 1;
    assert.ok(lensesOf(swept(4)).includes(`${line} ✓ 4 of 4 done`));
    assert.ok(lensesOf(swept(2)).includes(`${line} 2 of 4 done`));
    const running = lensesOf(swept(2, { running: true }));
    assert.ok(running.includes(`${line} 1 of 4 done · 1 running`), running.join());
    assert.ok(!running.some((lens) => lens.includes('▶ 90')));
    assert.ok(
      running.some((lens) => lens.includes('starting percentile=90, seed=2')),
      running.join(),
    );
  });

  it('shows the range of a figure over its variants, and each beside it', () => {
    const found = hintsOf(swept(4)).find(({ label }) => String(label).startsWith('top-1'));
    assert.match(String(found?.label), /^top-1 60\.0 – 75\.0 %/);
    const { value = '' } = (found?.tooltip ?? {}) as { value?: string };
    assert.match(value, /over 4 variants\./);
    assert.match(value, /- percentile=90, seed=1: 60\.0 %\n- percentile=90, seed=2: 65\.0 %/);
    const some = hintsOf(swept(2)).find(({ label }) => String(label).startsWith('top-1'));
    const { value: told = '' } = (some?.tooltip ?? {}) as { value?: string };
    assert.match(told, /over 2 of 4 variants/);
  });

  it('looks up in a hover only the figures that it shows', async () => {
    const { document, services } = swept(2);
    const runs = services.runs.of();
    const asked = new Set<string>();
    const of = (): FileRuns => ({
      ...runs,
      variants: runs.variants?.map((variant) => ({
        ...variant,
        measured: (path, pick) => {
          asked.add(path.join('.'));
          return variant.measured(path, pick);
        },
      })),
    });
    const hoverAt = (text: string) =>
      hover(document, document.positionAt(document.text.indexOf(text) + 1), { ...services, runs: { of } });
    await hoverAt('matrix:');
    await hoverAt('threshold.percentile: [');
    assert.deepEqual([...asked], []);
    assert.match(JSON.stringify(await hoverAt('face-recognition')), /top-1 60\.0 – 65\.0 %/);
    assert.ok(asked.size > 0 && [...asked].every((path) => path.includes('face-recognition')), [...asked].join());
  });

  it('asks which lists a variant names only where the variant was run', () => {
    const { document, services } = swept(0);
    const { spec, matrix } = document.experiment;
    let asked = 0;
    const lists = {
      hashOf: () => undefined,
      get plugins() {
        asked++;
        return services.plugins;
      },
    };
    const runs = fileRuns([], [], spec, [], matrix?.variants, lists);
    for (const { measured } of runs.variants ?? []) measured(['accuracy'], ({ accuracy }) => accuracy);
    assert.equal(asked, 0);
  });

  it('says of an expectation in how many variants it holds', () => {
    const labels = hintsOf(swept(4)).map(({ label }) => String(label));
    assert.ok(
      labels.some((label) => /^[✓✗] \d of 4 variants$/.test(label)),
      labels.join(),
    );
  });

  it('shows what another file’s settings gave as outdated', () => {
    const changed = (TEXT + MATRIX)
      .replace('top: [1, 5]', 'top: [1]')
      .replace('dataset: synthetic', 'dataset: {use: synthetic, seed: 9}');
    const labels = hintsOf(swept(4, { text: changed })).map(({ label }) => String(label));
    assert.ok(
      labels.some((label) => label.startsWith('outdated: top-1 60.0 – 75.0 %')),
      labels.join(),
    );
  });

  it('name the logs of shards that failed elsewhere, above the stage that failed', () => {
    const logs = [{ label: 'shard 12', file: '/home/ana/.lookalike/runs/r1/shards/first/x-0.log' }];
    const problem = { code: 'shard-failed', message: 'It ended as FAILED on n2', logs };
    const runs = [
      summary({ status: 'failed', problem, stages: [stage('embed', 'failed'), stage('accuracy', 'idle')] }),
    ];
    const embed = TEXT.split('\n').indexOf('embed:');
    const titles = lenses({ runs }).filter((lens) => lens.includes('Log of'));
    assert.deepEqual(titles, [`${embed} Log of shard 12`]);
  });
});
