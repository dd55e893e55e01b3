import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { SyntheticDataset } from '../../../server/src/compute/portraits/dataset.js';
import type { FoundFace } from '../../../server/src/protocol/images/found-face.js';
import type { QueryDetails } from '../../../server/src/protocol/lsp.js';
import { readQueryDetails } from '../../../server/src/report/read-query-details.js';
import { runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

const SIZE = 256;
/** Where the larger portrait of the group stands, and how large. */
const GROUP = { left: 20, top: 30, side: 340 };

describe('The face that was found', () => {
  let folder: string;
  let details: QueryDetails[];

  before(async function () {
    this.timeout(300_000);
    folder = await newWorkspace();
    const drawn = await new SyntheticDataset({ identities: 3, images: 2, seed: 4, size: SIZE }).list({
      folder: join(folder, 'drawn'),
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    assert.ok(drawn.ok);
    const portrait = (person: number, n: number) => drawn.value.images[2 * person + n].file;
    await mkdir(join(folder, 'set/a'), { recursive: true });
    await mkdir(join(folder, 'set/b'));
    await sharp(portrait(0, 0)).png().toFile(join(folder, 'set/a/alone.png'));
    // Stored on its side, as cameras do: what is looked at, and shown, is upright.
    await sharp(portrait(0, 0))
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toFile(join(folder, 'set/a/turned.jpg'));
    await sharp({ create: { width: 640, height: 400, channels: 3, background: '#808890' } })
      .composite([
        { input: await sharp(portrait(0, 0)).resize(GROUP.side).toBuffer(), left: GROUP.left, top: GROUP.top },
        { input: await sharp(portrait(1, 0)).resize(200).toBuffer(), left: 400, top: 60 },
      ])
      .png()
      .toFile(join(folder, 'set/b/group.png'));
    await sharp({ create: { width: 300, height: 200, channels: 3, background: '#556' } })
      .png()
      .toFile(join(folder, 'set/b/empty.png'));
    await sharp(portrait(2, 0)).png().toFile(join(folder, 'set/b/other.png'));
    const text = `dataset: {use: folder, root: set}
embed: {models: [face-recognition, {use: face-recognition, name: whole, align: cropped}]}
accuracy: {top: [1]}
threshold: {distance: 0.3, model: face-recognition}
poison: {noise: {use: noise, epsilon: 4}}
retrieve: {use: local, results: 3}
robustness: {minValid: 1}
`;
    await writeFile(join(folder, 'faces.experiment.yaml'), text);
    await runToResults(join(folder, 'faces.experiment.yaml'), ['--out', join(folder, 'run')]);
    const ids = ['a/alone.png', 'a/turned.jpg', 'b/group.png', 'b/empty.png'];
    const read = await readQueryDetails(join(folder, 'run'), ids);
    assert.ok(read.ok, JSON.stringify(read));
    details = read.value;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const viewsOf = (id: string) => details.filter((view) => view.id === id);
  const faceOf = (id: string): FoundFace => {
    const face = viewsOf(id)[0]?.faces?.of[id];
    assert.ok(face, `${id} has a face`);
    return face;
  };

  it('is kept in pixels of the upright photograph, with its eyes, nose and mouth in the box', () => {
    for (const id of ['a/alone.png', 'a/turned.jpg', 'b/group.png']) {
      const { box, landmarks, score } = faceOf(id);
      const [[leftEye], [rightEye], [, nose], [, mouth]] = landmarks as [number, number][];
      assert.ok(leftEye < rightEye && nose < mouth, `${id} is upright: ${JSON.stringify(landmarks)}`);
      for (const [x, y] of landmarks) assert.ok(x > box[0] && x < box[2] && y > box[1] && y < box[3], id);
      assert.ok(score > 0.5, `${id}: ${score}`);
    }
    assert.deepEqual(faceOf('a/turned.jpg').size, [SIZE, SIZE]);
    near(faceOf('a/turned.jpg').box, faceOf('a/alone.png').box, 6);
  });

  it('is the largest of several, whose number is kept', () => {
    const { size, box, detected } = faceOf('b/group.png');
    assert.deepEqual(size, [640, 400]);
    assert.equal(detected, 2);
    assert.equal(faceOf('a/alone.png').detected, 1);
    const scale = GROUP.side / SIZE;
    const alone = faceOf('a/alone.png').box.map((edge, n) => edge * scale + (n % 2 ? GROUP.top : GROUP.left));
    near(box, alone, 0.1 * GROUP.side);
  });

  it('is told apart from none, from one that is not known, and is named by the model that found it', () => {
    const seen = viewsOf('a/alone.png');
    assert.deepEqual(new Set(seen.map(({ model }) => model)), new Set(['face-recognition', 'whole']));
    for (const { model, faces } of seen) assert.equal(faces?.by, 'face-recognition', `${model} shows whose face it is`);
    const missed = viewsOf('b/empty.png').find(({ model }) => model === 'whole');
    assert.equal(missed?.faces?.of['b/empty.png'], null, 'face-recognition found no face in it');
  });

  it('is kept of each perturbed version', () => {
    const version = viewsOf('a/alone.png').find(({ version }) => version === 'noise');
    assert.ok(version?.perturbedFace);
    near(version.perturbedFace.box, faceOf('a/alone.png').box, 8);
  });
});

/** Edges within so many pixels of each other. */
function near(box: readonly number[], other: readonly number[], most: number): void {
  for (const [n, edge] of box.entries()) {
    assert.ok(Math.abs(edge - (other[n] as number)) <= most, `${box} is not near ${other}`);
  }
}
