import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COLOUR_MODEL, writeColour, writePeople } from '../../support/colours.js';
import { lookalike, runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

describe('A run that verifies the pairs of a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newWorkspace();
    await writePeople(join(folder, 'faces'), {});
    for (const [name, reds] of Object.entries({ Ana: [10, 12, 30], Bo: [50, 55, 60] })) {
      for (const [n, red] of reds.entries())
        await writeColour(join(folder, 'faces', name, `${name}_000${n + 1}.png`), red);
    }
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function experiment(name: string, pairs: string): Promise<string> {
    await writeFile(join(folder, name), pairs);
    const file = join(folder, 'pairs.experiment.yaml');
    const embed = `embed: {models: [${COLOUR_MODEL}]}`;
    const text = `dataset: {use: folder, root: faces}\n${embed}\nverification: {pairs: {file: ${name}}, fmr: [0.5]}\n`;
    await writeFile(file, text);
    return file;
  }

  it('has the accuracy over LFW’s folds that can be worked out by hand', async () => {
    // Squared distances 4 and 1,600, then 100 and 400: at 100 all of the first fold is right, at 4 half of the second.
    const file = await experiment('pairs.txt', '2\t1\nAna\t1\t2\nAna\t1\tBo\t1\nBo\t1\t3\nAna\t3\tBo\t1\n');
    const { verification } = await runToResults(file);
    const [{ pairs, folds, at }] = verification ?? assert.fail();
    assert.deepEqual(pairs, { genuine: 2, impostor: 2, left: 0 });
    assert.deepEqual(
      folds?.each.map(({ threshold, count, of }) => [threshold, count, of]),
      [
        [100, 2, 2],
        [4, 1, 2],
      ],
    );
    assert.deepEqual([folds?.accuracy, folds?.standardError], [0.75, 0.25]);
    assert.deepEqual([at[0].threshold, at[0].tmr.rate], [400, 1]);
  });

  it('finds images of a table by their ids and by their paths, and has no folds where none are named', async () => {
    const rows = [
      'Ana/Ana_0001.png,faces/Ana/Ana_0002.png,1',
      `${join(folder, 'faces/Bo/Bo_0001.png')},Ana/Ana_0001.png,0`,
    ];
    const { verification } = await runToResults(await experiment('pairs.csv', `a,b,same\n${rows.join('\n')}\n`));
    const [{ pairs, folds, at }] = verification ?? assert.fail();
    assert.deepEqual([pairs, folds, at[0].tmr.count], [{ genuine: 1, impostor: 1, left: 0 }, undefined, 1]);
  });

  for (const [what, name, pairs, says] of [
    [
      'an image that is not there',
      'pairs.txt',
      '1\t1\nAna\t1\t2\nAna\t1\tBo\t9\n',
      /pairs-image-missing .*pairs\.txt:3 names Bo\/Bo_0009/,
    ],
    [
      'a path that is not there',
      'pairs.csv',
      'a,b,same\nAna/Ana_0001.png,Ana/Ana_0002.png,1\nAna/Ana_0001.png,Cy/Cy_0001.png,0\n',
      /pairs-image-missing .*pairs\.csv:3 names Cy\/Cy_0001\.png/,
    ],
    ['no pairs', 'pairs.txt', 'hello\n', /pairs-format .*pairs\.txt:1/],
  ] as const) {
    it(`ends with the file and the line where it names ${what}`, async () => {
      const { code, stderr } = await lookalike(['run', await experiment(name, pairs), '--progress', 'none']);
      assert.equal(code, 1);
      assert.match(stderr, says);
    });
  }

  it('is refused before it runs where the file is not there', async () => {
    const file = await experiment('pairs.txt', '');
    await rm(join(folder, 'pairs.txt'));
    const { code, stdout } = await lookalike(['check', file]);
    assert.equal(code, 2);
    assert.match(stdout, /path-missing There is no file .*pairs\.txt/);
  });
});
