import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { planDocumentSchema } from '../../../server/src/protocol/runs/documents/plan-document.js';
import { decodeNpy } from '../../../server/src/store/npy.js';
import { COLOUR_MODEL, colourEncoder } from '../../support/colours.js';
import { lookalike, runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

const PEOPLE = 300;
const EACH = 10;
const RATES = [1e-2, 1e-4, 1e-6];

/** An image of one pixel. */
function pixel(rgb: readonly number[]): Buffer {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Uint8Array.from([0, ...rgb]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('A run that verifies more pairs than are held', () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await newWorkspace();
    await writeFile(join(folder, 'colour.onnx'), colourEncoder());
    const generator = xoroshiro128plus(9);
    const drawn = new Set<string>();
    for (let person = 0; person < PEOPLE; person++) {
      const own = [0, 1, 2].map(() => uniformInt(generator, 20, 235));
      await mkdir(join(folder, 'faces', `${person}`), { recursive: true });
      for (let n = 0; n < EACH; n++) {
        let rgb: number[];
        // Of one colour there is one image: copies are one photograph.
        do rgb = own.map((value) => value + uniformInt(generator, -20, 20));
        while (drawn.has(rgb.join()));
        drawn.add(rgb.join());
        await writeFile(join(folder, 'faces', `${person}`, `${n}.png`), pixel(rgb));
      }
    }
    file = join(folder, 'many.experiment.yaml');
    await writeFile(
      file,
      `dataset: {use: folder, root: faces}\nembed: {models: [${COLOUR_MODEL}]}\nverification: {fmr: [${RATES}]}\n`,
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function planned() {
    const { stdout } = await lookalike(['plan', file, '--json']);
    const { work } = planDocumentSchema.parse(JSON.parse(stdout));
    return work.find(({ stage }) => stage === 'verification') ?? assert.fail(stdout);
  }

  it('finds the thresholds that a count of all of them finds, and has said how many there are', async function () {
    this.timeout(180_000);
    const pairs = { genuine: (PEOPLE * EACH * (EACH - 1)) / 2, impostor: (PEOPLE * (PEOPLE - 1) * EACH * EACH) / 2 };
    const before = await planned();
    assert.deepEqual(
      [before.label, before.unit, before.total, before.cached, before.seconds],
      ['colour', 'pair', pairs.genuine + pairs.impostor, 0, null],
    );
    const { verification } = await runToResults(file);
    const [measured] = verification ?? assert.fail();
    assert.deepEqual(measured.pairs, { ...pairs, left: 0 });
    const { genuine, impostor } = await distances();
    for (const { fmr, threshold, actualFmr, tmr } of measured.at) {
      const first = impostor[Math.floor(fmr * impostor.length)];
      const matching = genuine.filter((distance) => distance < first);
      const strangers = impostor.findIndex((distance) => distance >= first);
      const largest = Math.max(impostor[strangers - 1] ?? 0, matching.at(-1) ?? 0);
      const expected = [largest, strangers / impostor.length, matching.length];
      assert.deepEqual([threshold, actualFmr, tmr.count], expected, `${fmr}`);
    }
    const { stdout } = await lookalike(['plan', file]);
    assert.match(stdout, /verification +│ colour +│ 4,498,500 pairs +│ 4,498,500 +│ 0 s/);
  });

  it('says what as many pairs of other vectors will take, at the pace of those', async () => {
    await writeFile(file, (await readFile(file, 'utf8')).replace('fmr: [', 'fmr: [0.05, '));
    const { total, cached, seconds, memoryMb } = await planned();
    assert.deepEqual([total, cached], [4_498_500, 0]);
    assert.ok(seconds !== null && seconds > 0.01 && seconds < 300, String(seconds));
    assert.ok(memoryMb !== null && memoryMb > 50 && memoryMb < 2000, String(memoryMb));
  });

  /** Of every pair, ascending, by the embeddings that the run had. */
  async function distances() {
    const { code, stderr } = await lookalike(['export', file, '--to', join(folder, 'out'), '--format', 'npy']);
    assert.equal(code, 0, stderr);
    const vectors = decodeNpy(await readFile(join(folder, 'out', 'embeddings.npy'))) ?? assert.fail();
    const listed = (await readFile(join(folder, 'out', 'images.jsonl'), 'utf8')).trim().split('\n');
    const people = listed.map((line) => JSON.parse(line).id.split('/')[0]);
    const genuine: number[] = [];
    const impostor = new Float64Array((PEOPLE * (PEOPLE - 1) * EACH * EACH) / 2);
    let next = 0;
    for (let a = 0; a < people.length; a++) {
      for (let b = a + 1; b < people.length; b++) {
        let squared = 0;
        for (let i = 0; i < 3; i++) squared += (vectors.data[3 * a + i] - vectors.data[3 * b + i]) ** 2;
        if (people[a] === people[b]) genuine.push(squared);
        else impostor[next++] = squared;
      }
    }
    return { genuine: genuine.sort((a, b) => a - b), impostor: impostor.sort() };
  }
});
