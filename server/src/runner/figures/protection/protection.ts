import type { Matrix } from '../../../plugins/declare.js';
import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import { meanOf } from '../../../statistics/percentile.js';
import { distanceBetween, vectorAt } from '../distance.js';
import { classify, fitLogistic, type LabelledRows } from './logistic-regression.js';

/** Photographs as vectors, each of a known identity. */
export interface Labelled {
  readonly vectors: Matrix;
  readonly identities: readonly string[];
}

/** A gallery of many people's clean photographs, of which one person's at a time are replaced by perturbed ones. */
export interface ProtectionCase {
  readonly gallery: Labelled;
  /** Clean photographs that are asked about. */
  readonly tests: Labelled;
  /** The perturbed photographs of those who are protected. */
  readonly perturbed: Labelled;
}

/** Beyond this many products a step, a fit takes minutes, and there is one for each person. */
const LARGEST_FIT = 2e8;

/**
 * How often a person who has only perturbed photographs in the gallery is not recognised on a clean one: the error on
 * that person's test photographs, averaged over people (Radiya-Dixit et al., 2022), by the nearest neighbour and by
 * logistic regression on standardised vectors; the latter is null where the gallery is too large for it.
 */
export function protectionOf(from: ProtectionCase): { nn: number | null; linear: number | null } {
  const people = [...new Set(from.perturbed.identities)].filter((person) => from.tests.identities.includes(person));
  const linear = new LinearClassifier(from.gallery);
  const errors = people.map((person) => {
    const gallery = withPerturbed(from, person);
    return {
      nn: errorOn(from.tests, person, (vector) => nearest(gallery, vector)),
      linear: linear.fits ? errorOn(from.tests, person, linear.classifier(gallery)) : null,
    };
  });
  return {
    nn: meanOf(errors.map(({ nn }) => nn)),
    linear: linear.fits ? meanOf(errors.flatMap((error) => error.linear ?? [])) : null,
  };
}

function withPerturbed({ gallery, perturbed }: ProtectionCase, person: string): Labelled {
  const kept = rowsWhere(gallery, (identity) => identity !== person);
  const replaced = rowsWhere(perturbed, (identity) => identity === person);
  const { dimension } = gallery.vectors;
  const data = new Float32Array((kept.length + replaced.length) * dimension);
  for (const [n, row] of kept.entries()) data.set(vectorAt(gallery.vectors, row), n * dimension);
  for (const [n, row] of replaced.entries()) {
    data.set(vectorAt(perturbed.vectors, row), (kept.length + n) * dimension);
  }
  const identities = [...itemsAt(gallery.identities, kept), ...replaced.map(() => person)];
  return { vectors: { data, rows: identities.length, dimension }, identities };
}

function rowsWhere({ identities }: Labelled, holds: (identity: string) => boolean): number[] {
  return identities.flatMap((identity, row) => (holds(identity) ? row : []));
}

function errorOn(tests: Labelled, person: string, classifier: (vector: Float32Array) => string): number {
  const rows = rowsWhere(tests, (identity) => identity === person);
  return rows.filter((row) => classifier(vectorAt(tests.vectors, row)) !== person).length / rows.length;
}

/** The identity of the nearest photograph; of equally near ones that of the first. */
function nearest({ vectors, identities }: Labelled, vector: Float32Array): string {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let row = 0; row < vectors.rows; row++) {
    const distance = distanceBetween(vectorAt(vectors, row), vector, 'squared-l2');
    if (distance < least) [best, least] = [row, distance];
  }
  return itemAt(identities, best);
}

/** One classifier a gallery, each fitted from nothing: it has seen no clean photograph of who is protected. */
class LinearClassifier {
  readonly fits: boolean;
  private readonly names: readonly string[];

  constructor(gallery: Labelled) {
    this.names = [...new Set(gallery.identities)].sort();
    this.fits = gallery.vectors.data.length * this.names.length <= LARGEST_FIT;
  }

  classifier(gallery: Labelled): (vector: Float32Array) => string {
    const scale = new Standardiser(gallery.vectors);
    const weights = fitLogistic(this.rowsOf(gallery, scale));
    return (vector) => itemAt(this.names, classify(weights, scale.apply(vector), this.names.length));
  }

  private rowsOf({ vectors, identities }: Labelled, scale: Standardiser): LabelledRows {
    const data = new Float64Array(vectors.data.length);
    for (let row = 0; row < vectors.rows; row++) {
      data.set(scale.apply(vectorAt(vectors, row)), row * vectors.dimension);
    }
    const labels = identities.map((identity) => this.names.indexOf(identity));
    return { data, features: vectors.dimension, labels, classes: this.names.length };
  }
}

/** Brings each dimension to mean 0 and deviation 1, as the gallery has it. */
class Standardiser {
  private readonly means: Float64Array;
  private readonly deviations: Float64Array;

  constructor({ data, rows, dimension }: Matrix) {
    this.means = new Float64Array(dimension);
    this.deviations = new Float64Array(dimension);
    const { means, deviations } = this;
    for (let n = 0; n < data.length; n++) {
      const i = n % dimension;
      means[i] = (means[i] as number) + (data[n] as number) / rows;
    }
    for (let n = 0; n < data.length; n++) {
      const i = n % dimension;
      deviations[i] = (deviations[i] as number) + ((data[n] as number) - (means[i] as number)) ** 2 / rows;
    }
    this.deviations = deviations.map((variance) => Math.sqrt(variance) || 1);
  }

  apply(vector: Float32Array): Float64Array {
    return Float64Array.from(
      vector,
      (value, i) => (value - (this.means[i] as number)) / (this.deviations[i] as number),
    );
  }
}
