import type { FaceMap } from '../../server/src/protocol/runs/explore/face-map.js';
import { randomVectors } from './random-vectors.js';

/**
 * A made-up map: people of five photographs around places of their own, and of every `changed`-th photograph what a perturbation
 * made of it, some way off.
 */
export function exampleMap(names: readonly string[], photographs: number, changed = 4): FaceMap {
  const places = randomVectors(names.length, 2, 1).data;
  const around = randomVectors(photographs, 2, 2).data;
  const person = Array.from({ length: photographs }, (_, n) => Math.floor(n / 5) % names.length);
  const at = (n: number, axis: number) => 0.7 * places[2 * person[n] + axis] + 0.08 * around[2 * n + axis];
  const moved = person.flatMap((_, n) => (n % changed === 0 ? [n] : []));
  return {
    ...{ model: 'face-recognition', method: 'pca', explained: [0.31, 0.17], axesOf: photographs },
    considered: { images: photographs, noEmbedding: 1, missing: 0, leftOut: 0 },
    x: [...person.map((_, n) => at(n, 0)), ...moved.map((n) => at(n, 0) + 0.15)],
    y: [...person.map((_, n) => at(n, 1)), ...moved.map((n) => at(n, 1) - 0.1)],
    place: [...person.keys(), ...moved],
    version: [...person.map(() => 0), ...moved.map(() => 1)],
    versions: ['fawkes'],
    person: [...person, ...moved.map((n) => person[n])],
    people: [...names],
    verdict: [...person.map((_, n) => (n % 7 === 3 ? 2 : 1)), ...moved.map((n) => (n % 3 === 0 ? 2 : 1))],
  };
}
