import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaceRecogniser, type FaceRecognitionOptions } from '../../server/src/compute/faces/recogniser.js';
import { CELEBA_MINI, PEER_DESCRIPTORS } from '../support/celeba-mini.js';
import { median, note, type Section, table } from './measure.js';
import { trueMatchRate } from './real-networks.js';

const BASE = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048, align: 'dlib', mirror: false } as const;
const SETTINGS: Readonly<Record<string, FaceRecognitionOptions>> = {
  '`align: dlib` (default)': BASE,
  '`align: dlib`, `mirror: true`': { ...BASE, mirror: true },
  '`align: face-api`': { ...BASE, align: 'face-api' },
  '`align: none`': { ...BASE, align: 'none' },
  '`detector: tiny`': { ...BASE, detector: 'tiny' },
};

const FMRS = [1e-2, 1e-3] as const;

type Described = Map<string, Float32Array>;

/** How well each setting recognises real faces; nothing where celeba-mini is absent. */
export async function benchAccuracy(): Promise<Section | undefined> {
  if (!existsSync(CELEBA_MINI)) {
    note(`accuracy is left out: ${CELEBA_MINI} is absent`);
    return undefined;
  }
  const identities = await readIdentities();
  const peer = await readPeer();
  const rows: string[][] = [row('the peer, face-api 1.7.15', peer, identities, peer)];
  for (const [name, options] of Object.entries(SETTINGS)) {
    note(`accuracy: ${name}`);
    rows.push(row(name, await describeAll(options), identities, peer));
  }
  const head = [
    '',
    'found of 510',
    'top-1',
    'top-5',
    ...FMRS.map((fmr) => `TMR at FMR ${fmr}`),
    'median L2 to the peer',
  ];
  return {
    name: 'accuracy',
    title: 'Accuracy on real faces, and the choice of defaults',
    body: `510 photographs of 51 people (CelebA in the wild), each searched for among the others by squared L2;
true match rates are over all pairs of faces.\n\n${table(head, rows)}`,
  };
}

function row(name: string, described: Described, identities: Map<string, string>, peer: Described): string[] {
  const common = [...described].filter(([image]) => peer.has(image));
  const distances = common.map(([image, vector]) =>
    Math.sqrt(squaredDistance(vector, peer.get(image) as Float32Array)),
  );
  const [top1, top5] = [1, 5].map((top) => `${(100 * hitRate(described, identities, top)).toFixed(2)} %`);
  const faces = [...described].map(([image, vector]) => ({ identity: identities.get(image) as string, vector }));
  const matched = FMRS.map((fmr) => `${(100 * trueMatchRate(faces, fmr)).toFixed(2)} %`);
  return [
    name,
    String(described.size),
    top1,
    top5,
    ...matched,
    described === peer ? '–' : median(distances).toFixed(3),
  ];
}

async function describeAll(options: FaceRecognitionOptions): Promise<Described> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const recogniser = await FaceRecogniser.load(options, folder, availableParallelism());
  const described: Described = new Map();
  for (const name of (await readdir(join(CELEBA_MINI, 'images'))).sort()) {
    const prepared = await recogniser.prepare(await readFile(join(CELEBA_MINI, 'images', name)));
    if (!prepared.ok) throw new Error(`${name}: ${prepared.problem.message}`);
    const [vector] = await recogniser.embed([prepared.value]);
    if (vector) described.set(name, vector);
  }
  await recogniser.close();
  await rm(folder, { recursive: true });
  return described;
}

/** In double precision, by comparing everything with everything: no part of what is measured is used. */
function hitRate(described: Described, identities: Map<string, string>, top: number): number {
  const all = [...described];
  const hits = all.filter(([image, vector]) => {
    const others = all.filter(([other]) => other !== image);
    const nearest = others.map(([other, its]) => ({ other, distance: squaredDistance(vector, its) }));
    nearest.sort((a, b) => a.distance - b.distance);
    return nearest.slice(0, top).some(({ other }) => identities.get(other) === identities.get(image));
  });
  return hits.length / all.length;
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += (a[n] - b[n]) ** 2;
  return sum;
}

async function readIdentities(): Promise<Map<string, string>> {
  const lines = (await readFile(join(CELEBA_MINI, 'identity_CelebA.txt'), 'utf8')).trim().split('\n');
  return new Map(lines.map((line) => line.trim().split(/\s+/) as [string, string]));
}

async function readPeer(): Promise<Described> {
  const lines = (await readFile(PEER_DESCRIPTORS, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return new Map(
    lines.flatMap(({ image, descriptor }) => (descriptor ? [[image, Float32Array.from(descriptor)]] : [])),
  );
}
