import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { networkFile, REAL_NETWORKS, type RealNetworkName } from '../../scripts/peers/networks.js';
import { PYTHON } from '../../scripts/peers/python.js';
import { CELEBA_MINI, PEER_DESCRIPTORS } from '../support/celeba-mini.js';
import { median, note, type Section, table } from './measure.js';
import { type Described, describedFaces } from './search/described-faces.js';

const DLIB = fileURLToPath(new URL('./dlib_descriptors.py', import.meta.url));
const NETWORKS = Object.keys(REAL_NETWORKS) as RealNetworkName[];
const FMR = 1e-3;

/** How well networks that nobody here trained recognise real faces, and dlib's own beside ours; nothing where they are absent. */
export async function benchRealNetworks(): Promise<Section | undefined> {
  const absent = [CELEBA_MINI, PYTHON, ...NETWORKS.map(networkFile)].find((path) => !existsSync(path));
  if (absent) {
    note(`real-networks is left out: ${absent} is absent`);
    return undefined;
  }
  const identities = await readIdentities();
  note('real-networks: dlib’s own');
  const options = { maxBuffer: 2 ** 28, encoding: 'utf8' } as const;
  const dlib = ofLines(execFileSync(PYTHON, [DLIB, join(CELEBA_MINI, 'images')], options), identities);
  const faceApi = ofLines(await readFile(PEER_DESCRIPTORS, 'utf8'), identities);
  const own = await describedFaces(['face-recognition', ...NETWORKS]);
  const ours = own.get('face-recognition') ?? [];
  const rows = [
    rowOf('`face-recognition`', ours, '–'),
    rowOf('dlib 20.0.1, `face_recognition`’s defaults', dlib, apart(ours, dlib)),
    rowOf('face-api 1.7.15', faceApi, apart(ours, faceApi)),
    ...NETWORKS.map((name) => rowOf(`\`${name}\``, own.get(name) ?? [], '–')),
  ];
  const head = ['', 'faces', 'top-1', 'top-1 of 510', `TMR at FMR ${FMR}`, 'median L2 to `face-recognition`'];
  return {
    name: 'real-networks',
    title: 'Networks that nobody here trained',
    body: `510 photographs of 51 people (CelebA in the wild). Embeddings are those of \`lookalike export --format npy\`; every figure is
counted over all pairs of faces in double precision, apart from the product’s own arithmetic. The networks are those of
\`npm run fetch:networks\`, shown the face in ArcFace’s place; dlib’s own finds faces by itself, so that its faces are others.\n\n${table(head, rows)}`,
  };
}

function ofLines(text: string, identities: ReadonlyMap<string, string>): Described[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .flatMap(({ image, descriptor }) => {
      if (!descriptor) return [];
      return { image, identity: identities.get(image) as string, vector: Float32Array.from(descriptor) };
    });
}

function rowOf(name: string, described: readonly Described[], distance: string): string[] {
  const hits = described.filter((one) => nearest(one, described).identity === one.identity).length;
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const rates = [percent(hits / described.length), percent(hits / 510), percent(trueMatchRate(described, FMR))];
  return [name, String(described.length), ...rates, distance];
}

function nearest(one: Described, all: readonly Described[]): Described {
  const others = all.filter(({ image }) => image !== one.image);
  return others.reduce((best, other) => (distance(one, other) < distance(one, best) ? other : best));
}

/** By the definition: the largest distance at which no more than `fmr` of the impostors match, and the genuine within it. */
export function trueMatchRate(described: readonly Pick<Described, 'identity' | 'vector'>[], fmr: number): number {
  const genuine: number[] = [];
  const impostor: number[] = [];
  for (const [n, one] of described.entries()) {
    for (const other of described.slice(n + 1)) {
      (one.identity === other.identity ? genuine : impostor).push(distance(one, other));
    }
  }
  const candidates = [...genuine, ...impostor].sort((a, b) => a - b);
  impostor.sort((a, b) => a - b);
  // So many impostors may match: the threshold lies below the next.
  const limit = impostor[Math.floor(fmr * impostor.length)];
  const threshold = candidates.findLast((candidate) => candidate < limit) ?? -1;
  return genuine.filter((value) => value <= threshold).length / genuine.length;
}

function apart(ours: readonly Described[], theirs: readonly Described[]): string {
  const byImage = new Map(theirs.map((one) => [one.image, one]));
  const distances = ours.flatMap((one) => {
    const other = byImage.get(one.image);
    return other ? Math.sqrt(distance(one, other)) : [];
  });
  return median(distances).toFixed(3);
}

function distance(a: Pick<Described, 'vector'>, b: Pick<Described, 'vector'>): number {
  let sum = 0;
  for (let n = 0; n < a.vector.length; n++) sum += (a.vector[n] - b.vector[n]) ** 2;
  return sum;
}

async function readIdentities(): Promise<Map<string, string>> {
  const lines = (await readFile(join(CELEBA_MINI, 'identity_CelebA.txt'), 'utf8')).trim().split('\n');
  return new Map(lines.map((line) => line.trim().split(/\s+/) as [string, string]));
}
