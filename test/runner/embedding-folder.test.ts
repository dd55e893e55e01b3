import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { DEFAULT_LOCATOR } from '../../server/src/compute/faces/locator.js';
import { FaceRecogniser } from '../../server/src/compute/faces/recogniser.js';
import { SyntheticDataset } from '../../server/src/compute/portraits/dataset.js';
import { plugins } from '../../server/src/plugins/registry.js';
import type { Problem } from '../../server/src/protocol/errors.js';
import { Halt } from '../../server/src/runner/halt.js';
import { openContext } from '../../server/src/runner/open-context.js';
import { openFolder } from '../../server/src/search/folder/open-folder.js';
import { SearchTimes } from '../../server/src/search/search-times.js';
import type { ServedIndex } from '../../server/src/search/served-index.js';
import { clientRequest } from '../support/clip-client.js';
import { lookalike, runToResults } from '../support/command-line.js';
import { npyBytes, writeHalves } from '../support/npy-bytes.js';
import { pythonHas, runPython } from '../support/peer-python.js';
import { perturbed } from '../support/photographs.js';
import { Served } from '../support/served.js';
import { newWorkspace } from '../support/workspace.js';

const LOADER = fileURLToPath(new URL('../support/load-npy.py', import.meta.url));

interface Row {
  readonly [column: string]: string | number | bigint | null;
}

async function writeMetadata(file: string, rows: readonly Row[]): Promise<void> {
  const columnData = Object.keys(rows[0]).map((name) => ({ name, data: rows.map((row) => row[name]) }));
  await writeFile(file, Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 3 })));
}

describe('A folder in clip-retrieval’s format', () => {
  let folder: string;
  before(async () => {
    folder = await newWorkspace();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe('that an experiment was exported to', () => {
    let experiment: string;
    let exported: string;

    before(async () => {
      experiment = join(folder, 'faces.experiment.yaml');
      exported = join(folder, 'exported');
      await writeFile(
        experiment,
        'dataset: {use: synthetic, identities: 3, images: 2}\nembed: {models: [face-recognition]}\n',
      );
      const { code, stdout, stderr } = await lookalike(['export', experiment, '--to', exported, '--progress', 'none']);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^6 embeddings by face-recognition in .*exported, in 1 file\n$/);
      assert.match(stderr, /warning biometric-data/);
    });

    it('is readable by its owner alone', async () => {
      const parts = ['', 'img_emb', 'metadata', 'img_emb/img_emb_0.npy', 'metadata/metadata_0.parquet'];
      const modes = await Promise.all(parts.map(async (part) => (await stat(join(exported, part))).mode & 0o777));
      if (process.platform !== 'win32') assert.deepEqual(modes, [0o700, 0o700, 0o700, 0o600, 0o600]);
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
        [],
      );
    });

    it('holds vectors of length 1 that numpy loads as float16', function () {
      if (!pythonHas('numpy')) this.skip();
      const loaded = runPython(LOADER, join(exported, 'img_emb/img_emb_0.npy')).toString();
      const [type, shape, numbers]: [string, number[], number[]] = JSON.parse(loaded);
      assert.deepEqual([type, shape], ['<f2', [6, 128]]);
      for (let row = 0; row < 6; row++) {
        const length = Math.hypot(...numbers.slice(row * 128, (row + 1) * 128));
        assert.ok(Math.abs(length - 1) < 1e-3, `${length}`);
      }
    });

    it('says of each image where it is, whose it is and its id', async () => {
      const file = await asyncBufferFromFile(join(exported, 'metadata/metadata_0.parquet'));
      const rows = await parquetReadObjects({ file });
      assert.equal(rows.length, 6);
      for (const { image_path, caption, key } of rows) {
        assert.ok((await stat(image_path)).isFile() && image_path.endsWith(key));
        assert.ok(key.startsWith(`${caption}/`));
      }
    });

    it('is served again: each image finds itself first, with the similarities of the experiment itself', async () => {
      const file = await asyncBufferFromFile(join(exported, 'metadata/metadata_0.parquet'));
      const rows = await parquetReadObjects({ file });
      const images = rows[0].image_path.slice(0, -rows[0].key.length);
      const args = ['--model', 'face-recognition', '--images', images];
      const [direct, again] = await Promise.all([Served.start(experiment), Served.start(exported, args)]);
      for (const { image_path, caption, key } of rows) {
        const query = { image: (await readFile(image_path)).toString('base64') };
        const ask = async (served: Served, indice_name: string) =>
          (await served.post('/knn-service', clientRequest(query, { indice_name, deduplicate: false }))).json;
        const [expected, found] = [await ask(direct, 'face-recognition'), await ask(again, 'exported')];
        assert.deepEqual([found[0].key, found[0].caption, found[0].image_path], [key, caption, image_path]);
        assert.equal(found[0].image, expected[0].image);
        for (const { image_path: id, similarity } of expected) {
          const same = found.find((one: { key: string }) => one.key === id);
          assert.ok(Math.abs(same.similarity - similarity) < 2e-3, `${same.similarity} ${similarity}`);
        }
      }
      assert.deepEqual([(await direct.stop()).code, (await again.stop()).code], [0, 0]);
    });

    it('is never written over, and of an unknown model says which there are', async () => {
      const again = await lookalike(['export', experiment, '--to', exported, '--progress', 'none']);
      assert.deepEqual([again.code, /error folder-not-empty/.test(again.stderr)], [2, true]);
      const other = await lookalike(['export', experiment, '--to', join(folder, 'other'), '--model', 'clip']);
      assert.deepEqual([other.code, /model-unknown.*\n.*face-recognition/.test(other.stderr)], [2, true]);
    });
  });

  describe('for NumPy, of a run', () => {
    const LIST = 'image,identity\nA/1.png,A\nA/2.png,A\nB/1.png,B\n';
    let root: string;
    let id: string;

    /** Four portraits, of which three are listed. */
    before(async () => {
      root = join(folder, 'for-numpy');
      const drawn = { identities: 2, images: 2, seed: 7, size: 224 };
      const people = await new SyntheticDataset(drawn).list({
        folder: join(root, 'drawn'),
        signal: new AbortController().signal,
        progress: () => undefined,
      });
      assert.ok(people.ok);
      for (const [n, name] of ['A/1', 'A/2', 'B/1'].entries()) {
        await mkdir(join(root, name.slice(0, 1)), { recursive: true });
        await copyFile(people.value.images[n].file, join(root, `${name}.png`));
        await mkdir(join(root, 'cloaked', name.slice(0, 1)), { recursive: true });
        const cloaked = await perturbed(await readFile(join(root, `${name}.png`)), 6);
        await writeFile(join(root, 'cloaked', `${name}.png`), cloaked);
      }
      await writeFile(join(root, 'faces.csv'), LIST);
      const text = 'dataset: {use: csv, file: faces.csv}\nembed: {models: [face-recognition]}\naccuracy: {top: [1]}\n';
      await writeFile(join(root, 'faces.experiment.yaml'), text);
      const { run } = await runToResults(join(root, 'faces.experiment.yaml'));
      id = run.id;
    });

    const exportRun = (to: string) =>
      lookalike(['export', id, '--format', 'npy', '--to', join(root, to), '--progress', 'none'], { cwd: root });

    it('says by hashes which photographs, models and threads it was of', async () => {
      const poison = 'poison={mine: {use: precomputed, folder: cloaked, pattern: "{id}"}}';
      const args = ['--threads', '1', '--set', poison, '--out', join(root, 'run')];
      const { run } = await runToResults(join(root, 'faces.experiment.yaml'), args);
      const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
      const hashOf = async (fileOf: (name: string) => string) => {
        const names = ['A/1', 'A/2', 'B/1'];
        const lines = names.map(async (name) => `${name}.png\t${sha256(await readFile(fileOf(name)))}\n`);
        return sha256((await Promise.all(lines)).join(''));
      };
      assert.equal(run.hashes?.dataset, await hashOf((name) => join(root, `${name}.png`)));
      const suffix = '_perturbed.png';
      assert.deepEqual(run.hashes.perturbed, { mine: await hashOf((name) => join(root, 'run/mine', name + suffix)) });
      assert.deepEqual(Object.keys(run.hashes.models), ['face-recognition']);
      assert.equal(run.threads, 1);
      assert.match(run.onnxRuntime ?? '', /^\d+\.\d+\.\d+$/);
    });

    it('holds the numbers that the model gives, a row an image', async function () {
      if (!pythonHas('numpy')) this.skip();
      const { code, stderr } = await exportRun('exported');
      assert.equal(code, 0, stderr);
      const [type, shape, numbers]: [string, number[], number[]] = JSON.parse(
        runPython(LOADER, join(root, 'exported/embeddings.npy')).toString(),
      );
      assert.deepEqual([type, shape], ['<f4', [3, 128]]);
      const lines = (await readFile(join(root, 'exported/images.jsonl'), 'utf8')).trim().split('\n');
      const images = lines.map((line) => JSON.parse(line));
      assert.deepEqual(
        images.map(({ id, identity }) => [id, identity]),
        [
          ['A/1.png', 'A'],
          ['A/2.png', 'A'],
          ['B/1.png', 'B'],
        ],
      );
      const recogniser = await FaceRecogniser.load(
        { ...DEFAULT_LOCATOR, align: 'dlib', mirror: false },
        join(root, 'graphs'),
        1,
      );
      for (const [row, { id }] of images.entries()) {
        const prepared = await recogniser.prepare(await readFile(join(root, id)));
        assert.ok(prepared.ok);
        const [vector] = await recogniser.embed([prepared.value]);
        const worst = Math.max(...[...vector!].map((value, n) => Math.abs(value - numbers[row * 128 + n])));
        assert.ok(worst < 1e-5, `${id}: ${worst}`);
      }
      await recogniser.close();
    });

    it('is readable by its owner alone', async () => {
      const parts = ['', 'embeddings.npy', 'images.jsonl'];
      const modes = await Promise.all(
        parts.map(async (part) => (await stat(join(root, 'exported', part))).mode & 0o777),
      );
      if (process.platform !== 'win32') assert.deepEqual(modes, [0o700, 0o600, 0o600]);
    });

    it('is refused where the photographs are others by now', async () => {
      await copyFile(join(root, 'A/1.png'), join(root, 'B/1.png'));
      const { code, stderr } = await exportRun('late');
      assert.deepEqual([code, /error photographs-changed/.test(stderr)], [2, true], stderr);
    });
  });

  describe('from elsewhere', () => {
    let root: string;
    let served: Served;

    /** Two files, of which the second comes first by number but not by name; groups of three rows. */
    before(async () => {
      root = join(folder, 'from-elsewhere');
      await mkdir(join(root, 'img_emb'), { recursive: true });
      await mkdir(join(root, 'metadata'));
      await mkdir(join(folder, 'images'));
      await sharp({ create: { width: 8, height: 8, channels: 3, background: '#777' } }).toFile(
        join(folder, 'secret.png'),
      );
      await writeHalves(join(root, 'img_emb/img_emb_2.npy'), [
        [0, 0, 1],
        [0, 2, 0],
      ]);
      await writeHalves(join(root, 'img_emb/img_emb_10.npy'), [
        [1, 0, 0],
        [1, 1, 0],
        [0, 1, 1],
        [1, 0, 1],
      ]);
      await writeMetadata(join(root, 'metadata/metadata_2.parquet'), [
        { url: 'https://images.example/a.jpg', caption: 'an owl', key: '000000000', width: 640n, NSFW: 'UNLIKELY' },
        { url: 'https://images.example/b.jpg', caption: null, key: '000000001', width: 320n, NSFW: 'UNSURE' },
      ]);
      await writeMetadata(
        join(root, 'metadata/metadata_10.parquet'),
        [0, 1, 2, 3].map((n) => ({ image_path: n === 0 ? '../secret.png' : `${n}.jpg`, caption: `größer ${n} 🦉` })),
      );
      served = await Served.start(root, ['--images', join(folder, 'images')]);
    });
    after(() => served.stop());

    const knn = (query: Record<string, unknown>, more: Record<string, unknown> = {}) =>
      served.post('/knn-service', clientRequest(query, { indice_name: 'from-elsewhere', ...more }));

    it('is an index under its name, its ids in the order of the files’ names', async () => {
      assert.deepEqual((await served.get('/indices-list')).json, ['from-elsewhere']);
      const { json } = await knn({ embedding_input: [0, 0, 7] }, { deduplicate: false });
      assert.deepEqual([json[0].id, json[0].similarity], [4, 1]);
      assert.equal(json.length, 6);
    });

    it('passes its columns on, and none that clip-retrieval does not return', async () => {
      const { json } = await served.post('/metadata', { indice_name: 'from-elsewhere', ids: [4, 5, 3] });
      assert.deepEqual(json, [
        {
          id: 4,
          metadata: { url: 'https://images.example/a.jpg', caption: 'an owl', key: '000000000', NSFW: 'UNLIKELY' },
        },
        { id: 5, metadata: { url: 'https://images.example/b.jpg', key: '000000001', NSFW: 'UNSURE' } },
        { id: 3, metadata: { image_path: '3.jpg', caption: 'größer 3 🦉' } },
      ]);
    });

    it('shows no file of this machine that is not below the images’ folder', async () => {
      const { json } = await served.post('/metadata', { indice_name: 'from-elsewhere', ids: [0] });
      assert.deepEqual(json, [{ id: 0, metadata: { image_path: '../secret.png', caption: 'größer 0 🦉' } }]);
    });

    it('takes embeddings alone where it is not said which model made its own', async () => {
      const { status, json } = await knn({ text: 'an owl' });
      assert.deepEqual([status, json.code], [400, 'query-model-unknown']);
    });

    /** What stands against opening a folder. */
    async function open(broken: string): Promise<Problem> {
      const { signal } = new AbortController();
      const given = {
        plugins,
        folder,
        useCache: true,
        threads: 1,
        device: 'cpu' as const,
        signal,
        emit: () => undefined,
        skip: () => undefined,
      };
      const context = await openContext({ ...given, home: join(folder, '.lookalike') });
      const opened = await openFolder(context, { folder: broken }, new SearchTimes()).catch((error) => error);
      if (opened instanceof Halt) return opened.problem;
      await (opened as ServedIndex).close();
      return { code: 'none', message: 'It was opened' };
    }

    it('is refused with a code, naming the file, where a file is missing, cut, hostile or of another kind', async () => {
      const numbers = new Uint8Array(2 * 3 * 4);
      const matrix = npyBytes(numbers, { shape: '(2, 3)' });
      const parquet = await readFile(join(root, 'metadata/metadata_2.parquet'));
      const nan = npyBytes(new Uint8Array(new Float32Array(6).fill(Number.NaN).buffer), { shape: '(2, 3)' });
      const wide = npyBytes(new Uint8Array(2 * 4 * 4), { shape: '(2, 4)' });
      const wrong: [name: string, content: Uint8Array | undefined, code: string][] = [
        ['img_emb/img_emb_2.npy', undefined, 'folder-incomplete'],
        ['metadata/metadata_2.parquet', undefined, 'folder-incomplete'],
        ['img_emb/img_emb_2.npy', matrix.subarray(0, -1), 'npy-invalid'],
        ['img_emb/img_emb_2.npy', wide, 'dimension-mismatch'],
        ['img_emb/img_emb_2.npy', npyBytes(numbers.subarray(12), { shape: '(1, 3)' }), 'parquet-invalid'],
        ['img_emb/img_emb_2.npy', nan, 'vectors-not-finite'],
        ['metadata/metadata_2.parquet', Buffer.from('PAR1 but no more'), 'parquet-invalid'],
        ['metadata/metadata_2.parquet', parquet.subarray(0, -9), 'parquet-invalid'],
        ['metadata/metadata_2.parquet', parquet.map((byte, n) => (n > 8 && n < 60 ? 255 : byte)), 'parquet-invalid'],
        ['metadata/metadata_2.parquet', Buffer.from('PAR1\xff\xff\xff\x7fPAR1', 'latin1'), 'parquet-invalid'],
      ];
      for (const [n, [name, content, code]] of wrong.entries()) {
        const broken = join(folder, `broken-${n}`);
        await cp(root, broken, { recursive: true });
        if (content) await writeFile(join(broken, name), content);
        else await rm(join(broken, name));
        const outcome = await open(broken);
        assert.equal(outcome.code, code, `${name}: ${outcome.message}`);
        assert.ok(outcome.message.includes(broken) || code === 'vectors-not-finite', outcome.message);
      }
    });

    it('is refused with a model of another dimension, or none there is', async () => {
      const start = (model: string) => lookalike(['serve', root, '--port', '0', '--model', model]);
      assert.match((await start('face-recognition')).stderr, /dimension-mismatch .* 3 numbers.* 128/);
      assert.match((await start('face-recognitoin')).stderr, /model-invalid/);
      await copyFile(join(root, 'img_emb/img_emb_2.npy'), join(folder, 'alone.npy'));
      assert.match((await lookalike(['serve', folder, '--port', '0'])).stderr, /folder-incomplete/);
    });
  });
});
