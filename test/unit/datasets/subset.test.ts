import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { datasetBlock, subsetName, subsetOf, withinThreshold } from '../../../client/src/panels/subset.js';
import type { SearchAnswer } from '../../../server/src/protocol/searching/search.js';
import { identities, listed, refused, writeImages } from '../../support/dataset-files.js';
import { temporaryFolder } from '../../support/run-folder.js';

describe('dataset subset', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'chosen.subset.json');

  /** What a search found: two images of ana, then one of nobody that is known. */
  function answer(text = 'a person with glasses'): SearchAnswer {
    const hit = (id: string, identity: string | null, similarity: number) => {
      return { id, identity, similarity, file: join(folder(), 'faces', id) };
    };
    return {
      search: { query: { by: 'words', text }, index: 'clip', results: 3, deduplicate: false },
      ...{
        copies: 0,
        picture: null,
        identity: null,
        seconds: 0.1,
        doubt: null,
        threshold: { similarity: 0.5, of: 'median' },
      },
      hits: [hit('ana/1.jpg', 'ana', 0.9), hit('ana/2.jpg', 'ana', 0.5), hit('x.png', null, 0.4)],
    };
  }

  async function save(chosen = answer().hits): Promise<void> {
    await writeFile(file(), JSON.stringify(subsetOf(answer(), chosen, file())));
  }

  it('lists the images that a search found, with whose they are', async () => {
    await writeImages(folder(), ['faces/ana/1.jpg', 'faces/ana/2.jpg', 'faces/x.png']);
    await save();
    const listing = await listed('subset', { file: file() });
    assert.deepEqual(identities(listing), { 'faces/ana/1.jpg': 'ana', 'faces/ana/2.jpg': 'ana', 'faces/x.png': null });
    assert.equal(listing.images[0].file, join(folder(), 'faces/ana/1.jpg'));
  });

  it('counts an image that is gone as missing, and one that is named twice once', async () => {
    await writeImages(folder(), ['faces/ana/1.jpg']);
    const { hits } = answer();
    await save([...hits, hits[0]]);
    const { images, missing } = await listed('subset', { file: file() });
    assert.deepEqual([images.length, missing], [1, ['faces/ana/2.jpg', 'faces/x.png']]);
  });

  it('is what the threshold lets through, where the user wants that', () => {
    assert.deepEqual(
      withinThreshold(answer()).map(({ id }) => id),
      ['ana/1.jpg', 'ana/2.jpg'],
    );
  });

  it('is named by what was searched for, and by a block that is YAML whatever the name', () => {
    assert.equal(subsetName(answer()), 'a-person-with-glasses.subset.json');
    assert.equal(subsetName(answer('../../: #')), 'search.subset.json');
    const block = datasetBlock('/home/ana/sub "set"/a: b #.json', '/home/ana/x.experiment.yaml');
    assert.deepEqual(parse(block), { dataset: { use: 'subset', file: 'sub "set"/a: b #.json' } });
  });

  it('refuses what is no subset, by the file’s name', async () => {
    for (const text of ['', '{"schema": 2, "images": []}', '[]', '{"schema": 1, "images": [{"file": 3}]}']) {
      await writeFile(file(), text);
      const { code, message, hint } = await refused('subset', { file: file() });
      assert.equal(code, 'subset-unreadable');
      assert.ok(message.startsWith(file()) && hint, message);
    }
    assert.equal((await refused('subset', { file: join(folder(), 'gone.json') })).code, 'subset-unreadable');
  });
});
