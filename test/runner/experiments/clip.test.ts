import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { xenovaRepository } from '../../support/clip/exports.js';
import { tinyText, tinyVision } from '../../support/clip/shapes.js';
import { learnVocabulary, tokenizerJson } from '../../support/clip/tokenizer.js';
import { lookalike, runToResults } from '../../support/command-line.js';
import { cuts, HubServer } from '../../support/hub-server.js';
import { newWorkspace } from '../../support/workspace.js';

describe('A CLIP model from the command line', () => {
  const vocabulary = learnVocabulary();
  let hub: HubServer;
  let folder: string;
  before(async () => {
    folder = await newWorkspace();
    hub = await HubServer.start(
      xenovaRepository(tinyVision(512), tinyText(512, vocabulary.ids.size), tokenizerJson(vocabulary)),
    );
    await writeFile(
      join(folder, 'clip.experiment.yaml'),
      `dataset: {use: synthetic, identities: 4, images: 3, size: 96}
embed: {models: [clip-vit-b-32, {use: clip-vit-b-32, name: eight-bits, precision: int8}]}
accuracy: {top: [1, 5]}
`,
    );
  });
  after(() => hub.stop());

  const options = () => ({ cwd: folder, env: { LOOKALIKE_MODELS: join(folder, 'models') } });
  const experiment = () => join(folder, 'clip.experiment.yaml');

  it('that was not fetched refuses a run with the command that fetches it', async () => {
    const { code, stderr } = await lookalike(['run', experiment()], options());
    assert.equal(code, 2);
    assert.match(stderr, /weights-missing/);
    assert.match(stderr, /lookalike models fetch clip-vit-b-32\n/);
  });

  it('is fetched, over a line that breaks, with its checksums printed', async () => {
    hub.faults.push(cuts);
    const { code, stdout, stderr } = await lookalike(
      ['models', 'fetch', 'clip-vit-b-32', '--mirror', hub.url.href],
      options(),
    );
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^fetched onnx\/vision_model.onnx \d+ bytes sha256 [0-9a-f]{64}\nfetched onnx\/text_model.onnx/,
    );
    assert.match(stderr, /vision_model.onnx \(MB\)/);
    assert.deepEqual((await readdir(join(folder, 'models/clip-vit-b-32/onnx'))).sort(), [
      'text_model.onnx',
      'vision_model.onnx',
    ]);
  });

  it('is listed with what is there of it', async () => {
    const { stdout } = await lookalike(['models'], options());
    assert.match(stdout, /clip-vit-b-32 .*fetched: fp32/);
    assert.match(stdout, /clip-vit-l-14 .*to be fetched/);
  });

  it('embeds a data set and is searched, in either precision', async () => {
    const image = ['models', 'fetch', 'clip-vit-b-32', '--precision', 'int8', '--image-only', '--mirror', hub.url.href];
    assert.equal((await lookalike(image, options())).code, 0);
    const { accuracy } = await runToResults(experiment(), [], options());
    assert.deepEqual(
      accuracy?.map(({ model, dim, top }) => [model, dim, top['1'].of]),
      [
        ['clip-vit-b-32', 512, 12],
        ['eight-bits', 512, 12],
      ],
    );
  });

  it('says what is wrong with how it is asked for', async () => {
    const wrong: [string[], RegExp][] = [
      [['clip-vit-g-14', '--precision', 'int8'], /published in fp32/],
      [['clip-vit-b-32', '--mirror', 'ftp://mirror'], /no address of a web server/],
      [['clip-vit-b-33'], /no model named clip-vit-b-33\n/],
    ];
    for (const [args, says] of wrong) {
      const { code, stderr } = await lookalike(['models', 'fetch', ...args], options());
      assert.equal(code, 2);
      assert.match(stderr, says);
    }
  });
});
