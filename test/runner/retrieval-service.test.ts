import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../../server/src/protocol/results.js';
import { COLOUR_MODEL, colourEncoder, writeColour, writePeople } from '../support/colours.js';
import { figuresOf, lookalike, runToResults } from '../support/command-line.js';
import { answers } from '../support/hub-server.js';
import { indexedColour, KnnServer } from '../support/knn-server.js';
import { Served } from '../support/served.js';
import { newWorkspace } from '../support/workspace.js';

/** Four shades of each person: Ana is red with a little blue, Bo blue with a little red. */
const SHADES = [10, 12, 14, 16];
/** What the service has of each: three shades near their own, and one that is gone. */
const INDEXED = [11, 13, 15, 17];

/** `far` makes Ana's photographs into Bo's, and leaves Bo's as they are. */
const experimentAt = (url: string) => `
dataset: {use: folder, root: faces}
embed: {models: [${COLOUR_MODEL}]}
threshold: {percentile: 100}
poison: {far: {use: precomputed, folder: far}}
retrieve: {use: clip-retrieval, url: "${url}", index: web, results: 4, requestsPerSecond: 1000, privateHosts: [127.0.0.1]}
robustness: {minValid: 3}
`;

describe('Robustness of a service elsewhere', () => {
  const faces = ['ana', 'bo'].flatMap((name) => SHADES.map((shade) => ({ name, shade })));
  let folder: string;
  let server: KnnServer;
  let results: Results;
  const experiment = () => join(folder, 'service.experiment.yaml');

  before(async () => {
    folder = await newWorkspace();
    const ana = INDEXED.map((shade) => indexedColour(`ana-${shade}.png`, 200, shade));
    const bo = INDEXED.map((shade) => indexedColour(`bo-${shade}.png`, shade, 200));
    server = await KnnServer.start(await Promise.all([...ana, ...bo]));
    for (const name of ['ana-17.png', 'bo-17.png']) server.images[name] = answers(404);
    for (const { name, shade } of faces) {
      const [red, blue] = name === 'ana' ? [200, shade] : [shade, 200];
      await writeColour(join(folder, 'faces', name, `${shade}.png`), red, blue);
      await writeColour(join(folder, 'far', name, `${shade}_cloaked.png`), shade, 200);
    }
    await writeFile(join(folder, 'colour.onnx'), colourEncoder());
    await writeFile(experiment(), experimentAt(server.url));
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is not asked without the user’s yes', async () => {
    const { code, stderr } = await lookalike(['run', experiment()]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /error permission-needed retrieve \(clip-retrieval\) .*\n {2}.*--allow remote/);
    assert.deepEqual([server.bodies.length, server.fetched.length], [0, 0]);
  });

  it('is asked for every version of every query, and its images judged', async () => {
    results = await runToResults(experiment(), ['--allow', 'remote']);
    const { retrieve, robustness } = results;
    assert.deepEqual([retrieve?.use, retrieve?.requested], ['clip-retrieval', 4]);
    assert.deepEqual(retrieve?.returned.original, { total: 32, mean: 4, min: 4, merged: 0 });
    assert.deepEqual([robustness?.queries, robustness?.eligible], [8, 8]);
    const { original, far } = robustness?.withValid ?? {};
    assert.deepEqual([original?.count, original?.of, original?.precision], [8, 8, null]);
    assert.deepEqual([far?.count, far?.of], [4, 8]);
    // Bo's photographs and their perturbed versions are the same, and so are Ana's perturbed ones: eight different ones.
    assert.equal(server.bodies.length, 8);
  });

  it('names each image that is gone once', () => {
    assert.deepEqual(
      results.skipped?.map(({ code }) => code),
      ['result-image-missing', 'result-image-missing'],
    );
  });

  it('is sent nothing again by a second run, which gives the same figures', async () => {
    const [asked, fetched] = [server.bodies.length, server.fetched.length];
    assert.deepEqual(figuresOf(await runToResults(experiment(), ['--allow', 'remote'])), figuresOf(results));
    assert.deepEqual([server.bodies.length, server.fetched.length], [asked, fetched]);
  });

  it('that fails ends the run with the reason', async () => {
    server.always = answers(404);
    const args = ['run', experiment(), '--allow', 'remote', '--set', 'retrieve.index=other'];
    const { code, stderr } = await lookalike(args);
    assert.equal(code, 1);
    assert.match(stderr, /service-refused 127\.0\.0\.1:\d+ answers 404/);
  });
});

describe('Robustness of a gallery of one’s own that is served', () => {
  let folder: string;
  let served: Served;

  before(async () => {
    folder = await newWorkspace();
    await writePeople(join(folder, 'faces'), { ana: [10, 12, 14, 16], bo: [200, 202, 204, 206] });
    const shared = `dataset: {use: folder, root: faces}\nembed: {models: [${COLOUR_MODEL}]}\nindex: flat\naccuracy:\n`;
    await writeFile(join(folder, 'served.experiment.yaml'), shared);
    served = await Served.start(join(folder, 'served.experiment.yaml'));
    const url = new URL('/knn-service', served.address).href;
    await writeFile(
      join(folder, 'asked.experiment.yaml'),
      `${shared}threshold:\nretrieve: {use: clip-retrieval, url: "${url}", index: colour, results: 4}\nrobustness: {minValid: 1}\n`,
    );
  });
  after(async () => {
    await served.stop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const by of ['image', 'embedding']) {
    it(`is asked by ${by}, and a photograph’s own copy there is no result`, async () => {
      const asked = ['--allow', 'remote', '--set', `retrieve.by=${by}`, '--set', 'retrieve.results=8'];
      const { retrieve, skipped } = await runToResults(join(folder, 'asked.experiment.yaml'), asked);
      assert.deepEqual(retrieve?.returned.original, { total: 56, mean: 7, min: 7, merged: 0 });
      assert.equal(skipped, undefined);
    });
  }
});
