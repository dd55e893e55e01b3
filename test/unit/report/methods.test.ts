import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entries } from 'bibtex-parse';
import fc from 'fast-check';
import { REFERENCES, type ReferenceKey } from '../../../server/src/protocol/results/references.js';
import { type Results, resultsSchema } from '../../../server/src/protocol/results.js';
import { citedWork } from '../../../server/src/report/methods/bibtex.js';
import { describeRun } from '../../../server/src/report/methods/read-methods.js';
import { specHash } from '../../../server/src/store/run-folder/control-files.js';
import { exampleResults, exampleRun } from '../../support/example-results.js';
import { temporaryFolder } from '../../support/run-folder.js';

const SPEC = `name: Robustness
dataset: {use: celeba, root: ~/private/celeba}
queries: {sample: 1000, seed: 7}
embed:
  models:
    - {use: face-recognition, mirror: true}
    - {use: onnx, name: arc, file: /home/ana/arc.onnx, align: arcface}
index: {use: hnsw, efSearch: 64}
accuracy: {top: [1, 5]}
verification: {pairs: {sample: 10000, seed: 3}}
threshold: {percentile: 95}
poison:
  fawkes: {use: fawkes, mode: low, seed: 11}
  lowkey: {use: pgd, momentum: 1, budget: {dssim: 0.01}}
countermeasures:
  jpeg75: {use: jpeg, quality: 75}
retrieve: {use: local, model: arc, results: 50}
robustness: {minValid: 3}
`;

describe('the methods of a run', () => {
  const folder = temporaryFolder();

  async function described(text: string, changes: Partial<Results> = {}) {
    await writeFile(join(folder(), 'spec.yaml'), text);
    const results = exampleResults(changes);
    const run = { ...results.run, set: [], specHash: specHash(text, []) };
    return describeRun(folder(), resultsSchema.parse({ ...results, run }));
  }

  it('tell data set, models, threshold, attack, budget, seeds and versions, and cite what each rests on', async () => {
    const index = [{ model: 'arc', use: 'hnsw', vectors: 510, recall: 0.995, recallAt: 6 }];
    const { spec, methods } = await described(SPEC, { index });
    assert.equal(spec, SPEC);
    const text = methods.paragraphs.join('\n');
    for (const said of [
      'read by `celeba` [@liu2015celeba]',
      '1,000 of the images, drawn with seed 7',
      '`face-recognition` [@king2009dlib] (`detector: ssd`',
      '`mirror: true`, 128 dimensions)',
      '`arc` (`onnx` [@deng2019arcface], `fit: crop`, `align: arcface`',
      '`hnsw` [@malkov2020hnsw]',
      '`efSearch: 64`',
      'Recall@6 against exact search, by `arc`: 99.5',
      'drawn with seed 3',
      'percentile 95',
      '`fawkes` [@shan2020fawkes; @wang2004ssim] (`mode: low`, `schedule: published`, `seed: 11`) against `face-recognition`',
      'goes through `jpeg75` (`jpeg`, `quality: 75`)',
      'at least 3 valid results',
      'Lookalike 0.1.0 [@lookalike]',
    ]) {
      assert.ok(text.includes(said), `${said} in ${text}`);
    }
    assert.doesNotMatch(text, /private|\/home\/ana/);
    const used = [...text.matchAll(/(?<=[[ ])@([a-z0-9]+)/g)].map(([, key]) => key);
    assert.deepEqual(new Set(methods.references.map(({ key }) => key)), new Set(used));
  });

  it('take nothing of a file that is not the run’s, and say so', async () => {
    const { methods } = await described(SPEC);
    await writeFile(join(folder(), 'spec.yaml'), SPEC.replace('mode: low', 'mode: high'));
    const other = await describeRun(folder(), exampleResults({ run: exampleRun({ specHash: specHash(SPEC, []) }) }));
    assert.equal(other.spec, null);
    const text = other.methods.paragraphs.join('\n');
    assert.doesNotMatch(text, /mode: |celeba|seed 7/);
    assert.match(text, /The experiment’s file is not there as it was run/);
    assert.match(text, /`fawkes` against `face-recognition` perturbed 1,000 queries/);
    assert.ok(methods.references.length > other.methods.references.length);
  });

  it('read no file but the run’s own: neither what a link leads to nor a folder', async () => {
    const elsewhere = join(folder(), 'elsewhere.yaml');
    await writeFile(elsewhere, SPEC);
    await symlink(elsewhere, join(folder(), 'spec.yaml'));
    const run = exampleRun({ set: [], specHash: specHash(SPEC, []) });
    assert.equal((await describeRun(folder(), exampleResults({ run }))).spec, null);
    await rm(join(folder(), 'spec.yaml'));
    await mkdir(join(folder(), 'spec.yaml'));
    assert.equal((await describeRun(folder(), exampleResults({ run }))).spec, null);
  });

  it('take nothing of a plugin that the figures are not of', async () => {
    const { methods } = await described(SPEC);
    assert.match(methods.paragraphs.join('\n'), /`lowkey` \(`precomputed`\) perturbed/);
  });

  it('hold names as names: they cite nothing, end nothing, and leave the references sound', async () => {
    const names = fc.string({
      unit: fc.constantFrom(...'`[@]\\{}%&#_$*<>"\n\r\t,;ابaß😀 '),
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(names, names, async (model, cpu) => {
        const { run, accuracy = [] } = exampleResults();
        const { methods } = await described('name: x\n', {
          accuracy: accuracy.map((one) => ({ ...one, model })),
          run: { ...run, id: model, version: cpu, onnxRuntime: model, machine: { ...run.machine, cpu } },
        });
        for (const text of methods.paragraphs) {
          assert.equal((text.match(/`/g) ?? []).length % 2, 0, text);
          const outside = text.replace(/`[^`]*`/g, '');
          for (const [, cited] of outside.matchAll(/\[@([^\]]*)\]/g)) {
            const keys = cited?.split('; @') ?? [];
            assert.ok(
              keys.every((key) => methods.references.some((one) => one.key === key)),
              outside,
            );
          }
        }
        const bibtex = methods.references.map((one) => one.bibtex).join('\n');
        assert.equal(entries(bibtex).length, methods.references.length, bibtex);
      }),
      { numRuns: 60, seed: 16 },
    );
  });
});

describe('references', () => {
  it('parse as BibTeX, each with author, title and year, and read back as they are written down', () => {
    const keys = Object.keys(REFERENCES) as ReferenceKey[];
    const parsed = entries(keys.map((key) => citedWork(key).bibtex).join('\n'));
    assert.deepEqual(
      parsed.map(({ key }) => key),
      keys,
    );
    for (const { key, type, ...fields } of parsed) {
      const work = REFERENCES[key as ReferenceKey];
      assert.equal(type, work.type);
      for (const [name, value] of Object.entries(work.fields)) {
        const read = String(fields[name.toUpperCase()])
          .replace(/[{}]/g, '')
          .replace(/\\([&%#_$])/g, '$1');
        assert.equal(read, value, `${key}: ${name}`);
      }
      assert.ok(work.fields.author && work.fields.title && /^\d{4}$/.test(work.fields.year), key);
      assert.ok(work.short.endsWith(work.fields.year), key);
    }
  });

  it('are refused by the parser where they are not sound, so that this would be seen', () => {
    assert.throws(() => entries('@article{a, title = {never closed}'));
    assert.throws(() => entries('@article{a, title = {one, author = two}'));
  });
});
