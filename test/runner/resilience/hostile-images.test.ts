import assert from 'node:assert/strict';
import { copyFile, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawPortraits } from '../../support/attacks.js';
import { figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { patchwork, writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

describe('A folder of images with some that are none', () => {
  let folder: string;
  let experiment: string;

  beforeEach(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 8, 3);
    experiment = await writeSmallExperiment(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const face = (name: string) => join(folder, 'faces/person-000', name);

  it('gives the figures of those that are, and names the others with the reason', async () => {
    await writeFile(face('empty.jpg'), '');
    await writeFile(face('text.png'), 'This is no image.');
    await sharp(await patchwork(5, 5))
      .resize(300)
      .jpeg()
      .toFile(face('cut.jpg'));
    await truncate(face('cut.jpg'), 1500);
    const results = await runToResults(experiment);
    assert.equal(results.images.total, 27);
    assert.equal(results.images.unreadable, 3);
    assert.equal(results.accuracy?.[0].top[1].of, 24);
    assert.deepEqual(
      results.skipped?.map(({ id, code }) => [id, code]).sort(),
      ['cut.jpg', 'empty.jpg', 'text.png'].map((name) => [`person-000/${name}`, 'image-unreadable']),
    );
    for (const { message } of results.skipped ?? []) assert.match(message, /\S/);

    for (const name of ['empty.jpg', 'text.png', 'cut.jpg']) await rm(face(name));
    const clean = await runToResults(experiment);
    assert.deepEqual(clean.accuracy?.[0].top[1].hits, results.accuracy?.[0].top[1].hits);
  });

  it('names those without a face, where the encoder is shown faces', async () => {
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } })
      .png()
      .toFile(face('wall.png'));
    for (const [n, file] of (await drawPortraits(folder, 2, 160)).entries()) {
      await copyFile(file, join(folder, `faces/person-000/portrait-${n}.jpg`));
    }
    const models = '[{use: onnx, name: first, file: first.onnx, align: arcface}]';
    const args = ['--set', `embed.models=${models}`, '--set', 'dataset.root=faces'];
    const results = await runToResults(experiment, args);
    assert.equal(results.accuracy?.[0].noFace, results.images.noFace);
    assert.equal(results.images.noFace, 25);
    const skipped = results.skipped?.find(({ id }) => id === 'person-000/wall.png');
    assert.deepEqual(skipped, { id: 'person-000/wall.png', code: 'no-face', message: 'first finds no face in it' });
  });

  it('says so again from the cache', async () => {
    await writeFile(face('text.png'), 'This is no image.');
    const first = await runToResults(experiment);
    assert.deepEqual(figuresOf(await runToResults(experiment)), figuresOf(first));
  });

  it('takes names with spaces, quotes, line breaks and letters of any script', async () => {
    const names = [
      'a b.png',
      'o\'neil "x".png',
      'zeile\n2.png',
      '日本語.png',
      'Zoe\u0308.png',
      '🙂.png',
      '-rf.png',
      '%20.png',
    ];
    for (const [n, name] of names.entries()) await writeFile(face(name), await patchwork(7, n));
    const results = await runToResults(experiment, ['--out', join(folder, 'run')]);
    assert.equal(results.images.total, 24 + names.length);
    assert.equal(results.images.unreadable, 0);
  });

  it('goes round no loop of links', async () => {
    await symlink('..', join(folder, 'faces/person-001/loop'));
    assert.equal((await runToResults(experiment)).images.total, 24);
  });

  it('is refused before it is run, with what to do, where the folder is empty', async () => {
    await mkdir(join(folder, 'none'));
    const { code, stdout, stderr } = await lookalike(['run', experiment, '--set', 'dataset.root=none']);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /error files-unfit .*\n {2}\S/);
  });

  it('fails, and says what to do, where no identity has an image', async () => {
    await mkdir(join(folder, 'none/nobody'), { recursive: true });
    const { code, stdout, stderr } = await lookalike(['run', experiment, '--set', 'dataset.root=none']);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /error dataset-empty .*\n {2}\S/);
  });
});
