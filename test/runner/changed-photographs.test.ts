import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProblemError } from '../../server/src/protocol/errors.js';
import { drawPortraits, openPerturbation } from '../support/attacks.js';
import { figuresOf, lookalike, runToResults } from '../support/command-line.js';
import { listed } from '../support/photographs.js';
import { writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

describe('A photograph that changes while it is perturbed', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await newWorkspace();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  for (const written of [
    '{use: fawkes}',
    '{use: lowkey, steps: 1}',
    `{use: command, run: [${process.execPath}, -e, "0", "{input}", "{output}"]}`,
  ]) {
    it(`is not taken by ${written.slice(1, 13)} for the one that was listed`, async () => {
      const [file] = await drawPortraits(folder, 1, 96);
      const [other] = await drawPortraits(join(folder, 'other'), 1, 112);
      const photograph = await listed({ id: 'a.jpg', file, identity: null });
      await writeFile(file, await readFile(other));
      const perturbation = await openPerturbation(written, folder);
      const work = { signal: new AbortController().signal, progress: () => undefined };
      await assert.rejects(
        async () => perturbation.perturb([photograph], work),
        (error) => (error as ProblemError).problem.code === 'image-changed',
      );
      await perturbation.close();
    });
  }

  it('ends the run, and leaves nothing in the cache: with the photographs as they were, results are theirs', async () => {
    await writeFaces(join(folder, 'faces'), 3, 2);
    const file = await writeSmallExperiment(folder);
    // Copies each photograph, and, once, writes another's content over one of the data set meanwhile.
    const tool = join(folder, 'tool.cjs');
    await writeFile(
      tool,
      `const fs = require('fs'), [input, output] = process.argv.slice(2), root = ${JSON.stringify(folder)};
for (const name of fs.readdirSync(input)) fs.copyFileSync(input + '/' + name, output + '/' + name);
if (fs.existsSync(root + '/disturb')) fs.copyFileSync(root + '/faces/person-001/0.png', root + '/faces/person-000/0.png');
`,
    );
    const attack = `poison={copied: {use: command, run: [${process.execPath}, ${tool}, "{input}", "{output}"]}}`;
    const args = ['--set', attack, '--set', 'threshold={percentile: 95, model: first}', '--allow', 'command'];
    const expected = await runToResults(file, [...args, '--no-cache']);
    await rm(join(folder, '.lookalike'), { recursive: true });

    const first = await readFile(join(folder, 'faces/person-000/0.png'));
    await writeFile(join(folder, 'disturb'), '');
    const disturbed = await lookalike(['run', file, '--progress', 'none', ...args]);
    assert.equal(disturbed.code, 1);
    assert.match(disturbed.stderr, /error image-changed .*0\.png changed while the run was reading it/);

    await rm(join(folder, 'disturb'));
    await writeFile(join(folder, 'faces/person-000/0.png'), first);
    assert.deepEqual(withoutSeconds(await runToResults(file, args)), withoutSeconds(expected));
  });
});

function withoutSeconds(results: Parameters<typeof figuresOf>[0]) {
  const { poison, ...figures } = figuresOf(results);
  return { ...figures, poison: poison?.map(({ seconds: _, ...row }) => row) };
}
