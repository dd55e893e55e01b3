import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { REAL_NETWORKS, type RealNetworkName } from '../../../scripts/peers/networks.js';
import type { Matrix } from '../../../server/src/plugins/declare.js';
import { decodeNpy } from '../../../server/src/store/npy.js';
import { CELEBA_MINI } from '../../support/celeba-mini.js';
import { lookalike } from '../../support/command-line.js';
import { realNetwork } from '../../support/real-networks.js';
import { newWorkspace } from '../../support/workspace.js';
import { KEPT, note } from '../measure.js';

/** A photograph of CelebA in the wild with its embedding. */
export interface Described {
  readonly image: string;
  readonly identity: string;
  readonly vector: Float32Array;
}

/** By models, `face-recognition` or fetched networks, what the product itself gives and exports. */
export async function describedFaces(models: readonly string[]): Promise<Map<string, Described[]>> {
  const folder = KEPT ?? (await newWorkspace());
  const out = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const file = join(folder, 'networks.experiment.yaml');
  const uses = models.map((model) => (model in REAL_NETWORKS ? realNetwork(model as RealNetworkName) : model));
  const dataset = `{use: celeba, root: ${JSON.stringify(CELEBA_MINI)}}`;
  await writeFile(file, `dataset: ${dataset}\nembed: {models: [${uses.join(', ')}]}\n`);
  const described = new Map<string, Described[]>();
  for (const model of models) {
    note(`faces described by ${model}`);
    const to = join(out, model);
    const args = ['export', file, '--format', 'npy', '--model', model, '--to', to, '--progress', 'none'];
    const { code, stderr } = await lookalike(args);
    if (code !== 0) throw new Error(stderr);
    described.set(model, await readExported(to));
  }
  await rm(out, { recursive: true });
  if (!KEPT) await rm(folder, { recursive: true });
  return described;
}

async function readExported(folder: string): Promise<Described[]> {
  const matrix = decodeNpy(await readFile(join(folder, 'embeddings.npy')));
  if (!(matrix?.data instanceof Float32Array)) throw new Error(`${folder} holds no matrix`);
  const { data, shape } = matrix;
  const lines = (await readFile(join(folder, 'images.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line, row) => {
    const { id, identity } = JSON.parse(line);
    return { image: id, identity, vector: (data as Float32Array).subarray(row * shape[1], (row + 1) * shape[1]) };
  });
}

/** Real embeddings that one drawn vector is a mixture of. */
const MIXED = 32;
export const DRAWN = `a person is the mean of all and a mixture of ${MIXED} embeddings' distances from it, a photograph the person and a mixture of
${MIXED} embeddings' distances from their own people's means`;

/** Draws vectors of new people after those of real ones, with the variance that those have between and within people. */
export function drawnAfter(faces: readonly Described[]): (ends: Int32Array, dimension: number) => Matrix {
  const people = new Map<string, Described[]>();
  for (const face of faces) people.set(face.identity, [...(people.get(face.identity) ?? []), face]);
  const meanOf = (some: readonly Described[]) => some[0]!.vector.map((_, i) => average(some, i));
  const mean = meanOf(faces);
  const within = [...people.values()].flatMap((own) => {
    const personal = meanOf(own);
    return own.map(({ vector }) => vector.map((value, i) => value - personal[i]!));
  });
  const all = faces.map(({ vector }) => vector.map((value, i) => value - mean[i]!));
  // n embeddings of m people have n − m degrees of freedom within them.
  const withinVariance = total(within) / (faces.length - people.size);
  const share = Math.sqrt(1 - withinVariance / (total(all) / (faces.length - 1)));
  const spread = Math.sqrt(within.length / (faces.length - people.size));
  const length = faces.every(({ vector }) => Math.abs(total([vector]) - 1) < 1e-3) ? 1 : undefined;
  return (ends, dimension) => {
    const random = xoroshiro128plus(1);
    const add = (to: Float32Array, from: readonly Float32Array[], scale: number) => {
      for (let n = 0; n < MIXED; n++) {
        const one = from[uniformInt(random, 0, from.length - 1)]!;
        // Of variance 1 / MIXED.
        const part = ((uniformFloat64(random) - 0.5) * Math.sqrt(12) * scale) / Math.sqrt(MIXED);
        for (let i = 0; i < dimension; i++) to[i]! += part * one[i]!;
      }
    };
    const data = new Float32Array(ends.length * dimension);
    let person = mean;
    for (let row = 0; row < ends.length; row++) {
      if (row === 0 || ends[row] !== ends[row - 1]) {
        person = mean.slice();
        add(person, all, share);
      }
      const own = data.subarray(row * dimension, (row + 1) * dimension);
      own.set(person);
      add(own, within, spread);
      const norm = length ? Math.sqrt(total([own])) : 1;
      for (let i = 0; i < dimension; i++) own[i]! /= norm;
    }
    return { data, rows: ends.length, dimension };
  };
}

function average(faces: readonly Described[], i: number): number {
  return faces.reduce((sum, { vector }) => sum + vector[i]!, 0) / faces.length;
}

/** The sum of all squares. */
function total(vectors: readonly Float32Array[]): number {
  return vectors.reduce((sum, vector) => sum + vector.reduce((own, value) => own + value * value, 0), 0);
}
