import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { drawIdentity } from '../../../server/src/compute/portraits/identity.js';
import { drawScene } from '../../../server/src/compute/portraits/scene.js';
import { synthetic } from '../../../server/src/plugins/datasets/synthetic.js';
import { parseAttributes } from '../../../server/src/runner/figures/attribute-table.js';
import { temporaryFolder } from '../../support/run-folder.js';

describe('dataset synthetic', () => {
  const folder = temporaryFolder();
  const work = { signal: new AbortController().signal, progress: () => undefined };

  async function list(params: Record<string, number>) {
    const loaded = await synthetic.load(synthetic.params.parse(params) as never, { folder: folder(), threads: 1 });
    assert.ok(loaded.ok);
    const listed = await loaded.value.list({ ...work, folder: folder() });
    assert.ok(listed.ok);
    return listed.value;
  }

  const draw = async (params: Record<string, number>) => (await list(params)).images;

  const SMALL = { identities: 2, images: 2, size: 96 };

  it('lists so many images of so many people', async () => {
    const images = await draw({ identities: 3, images: 2, size: 96 });
    assert.deepEqual(
      images.map(({ id, identity }) => [id, identity]),
      [
        ['0001/001.jpg', '0001'],
        ['0001/002.jpg', '0001'],
        ['0002/001.jpg', '0002'],
        ['0002/002.jpg', '0002'],
        ['0003/001.jpg', '0003'],
        ['0003/002.jpg', '0003'],
      ],
    );
  });

  it('says as CelebA does what each was drawn with, also of a set that grew', async () => {
    await draw({ identities: 1, images: 1, size: 96, seed: 3 });
    const { images, attributes } = await list({ identities: 6, images: 2, size: 96, seed: 3 });
    const read = parseAttributes(await readFile(attributes ?? '', 'utf8'), 'list_attr.txt');
    assert.ok(read.ok);
    for (const [n, { id }] of images.entries()) {
      const [person, image] = [Math.floor(n / 2), n % 2];
      const [who, how] = [drawIdentity(3, person), drawScene(3, person, image)];
      assert.equal(read.value.has(id, 'Eyeglasses'), who.glasses.worn);
      assert.equal(read.value.has(id, 'Bald'), who.hair.style === 'bald');
      assert.equal(read.value.has(id, 'Smiling'), how.expression.smile > 0);
    }
  });

  it('draws the same for the same seed, and others for another', async () => {
    const bytes = async (seed: number) => {
      const images = await draw({ ...SMALL, seed });
      const files = await Promise.all(images.map(({ file }) => readFile(file)));
      await rm(folder(), { recursive: true });
      return files.map((file) => file.toString('base64'));
    };
    const first = await bytes(1);
    assert.deepEqual(await bytes(1), first);
    const other = await bytes(2);
    assert.ok(other.every((image, n) => image !== first[n]));
    assert.equal(new Set(first).size, first.length);
  });

  it('draws a person the same whatever else is drawn', async () => {
    const [few] = await draw({ ...SMALL, identities: 1, images: 1 });
    const alone = await readFile(few.file);
    await rm(few.file);
    const [first] = await draw(SMALL);
    assert.deepEqual(await readFile(first.file), alone);
  });

  it('goes on where it was cut short, and draws nothing twice', async () => {
    const images = await draw(SMALL);
    const before = await readFile(images[0].file);
    await rm(images[3].file);
    await draw(SMALL);
    assert.deepEqual(await readFile(images[0].file), before);
    assert.ok((await readFile(images[3].file)).length > 0);
  });

  it('stops when it is cancelled', async () => {
    const loaded = await synthetic.load(synthetic.params.parse(SMALL) as never, { folder: folder(), threads: 1 });
    assert.ok(loaded.ok);
    const cancelled = { ...work, folder: folder(), signal: AbortSignal.abort() };
    await assert.rejects(loaded.value.list(cancelled), { name: 'AbortError' });
  });
});
