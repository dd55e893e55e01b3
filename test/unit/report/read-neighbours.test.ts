import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNeighbours } from '../../../server/src/report/read-neighbours.js';
import { PIXEL, temporaryFolder, writeNeighbourFiles } from '../../support/run-folder.js';

describe('reading the neighbours of a run', () => {
  const folder = temporaryFolder();

  async function problem() {
    const read = await readNeighbours(folder());
    return read.ok ? undefined : read.problem;
  }

  it('gives the nearest images of the queries that have thumbnails, without empty places', async () => {
    await writeNeighbourFiles(folder());
    const read = await readNeighbours(folder());
    const found = { id: 'ana/2.jpg', identity: 'ana', distance: 0.25, valid: null, judged: null };
    assert.deepEqual(read.ok && read.value.queries, [
      {
        id: 'ana/1.jpg',
        identity: 'ana',
        model: 'm',
        version: 'original',
        correct: true,
        neighbours: [found],
        judged: null,
      },
    ]);
    assert.deepEqual(read.ok && read.value.thumbnails, { 'ana/1.jpg': PIXEL, 'ana/2.jpg': PIXEL });
  });

  it('gives none where the run made no thumbnails', async () => {
    assert.deepEqual(await readNeighbours(folder()), {
      ok: true,
      value: { queries: [], thumbnails: {}, faces: null, perturbed: [] },
    });
  });

  it('refuses a thumbnail from elsewhere', async () => {
    const images = { 'ana/1.jpg': 'https://example.org/ana.jpg' };
    await writeFile(join(folder(), 'thumbnails.json'), JSON.stringify({ queries: [], images }));
    assert.equal((await problem())?.code, 'neighbours-unusable');
  });

  it('names an array that was cut short', async () => {
    await writeNeighbourFiles(folder());
    await truncate(join(folder(), 'neighbours-m-original.ids.npy'), 140);
    assert.match((await problem())?.message ?? '', /neighbours-m-original\.ids\.npy is not a whole array/);
  });

  it('names the line of a record that is not JSON', async () => {
    await writeNeighbourFiles(folder());
    await writeFile(join(folder(), 'queries.jsonl'), '{"id": "ana/1.jpg"');
    assert.match((await problem())?.message ?? '', /queries\.jsonl line 1 is not JSON/);
  });

  it('names a file that is not there', async () => {
    await writeFile(join(folder(), 'thumbnails.json'), JSON.stringify({ queries: ['a'], images: {} }));
    assert.match((await problem())?.message ?? '', /queries\.jsonl/);
  });

  it('reads no file outside the run’s folder, whatever a model is called', async () => {
    await writeNeighbourFiles(folder());
    const query = { id: 'ana/1.jpg', identity: 'ana', models: { '/../../m': { original: { row: 0 } } } };
    await writeFile(join(folder(), 'queries.jsonl'), JSON.stringify(query));
    assert.match((await problem())?.message ?? '', /would not be in the run's folder/);
  });
});
