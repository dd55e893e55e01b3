import assert from 'node:assert/strict';
import { codeLenses } from '../../../server/src/language/features/code-lens.js';
import { inlayHints } from '../../../server/src/language/features/inlay-hints.js';
import type { FileRuns } from '../../../server/src/language/run-states.js';
import { fileRuns } from '../../../server/src/lsp/runs/file-runs.js';
import type { PlannedWork } from '../../../server/src/protocol/lsp.js';
import type { RunSummary, StageState } from '../../../server/src/protocol/runs/run-state.js';
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
      'fawkes: test/noise ⟵ 84.1 % still found · top-1 8.4 %, white-box',
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
