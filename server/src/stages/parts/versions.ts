import { treatedName } from '../../protocol/names.js';
import type { SectionOf } from '../declare.js';

/*
 * Which versions of photographs a file asks for, by its sections as they are written.
 */

export function entriesOf(section: unknown): Record<string, unknown> {
  return typeof section === 'object' && section !== null ? (section as Record<string, unknown>) : {};
}

/** The entries of a section that are to queries, or to a gallery. */
function namesWith(section: unknown, target: 'query' | 'gallery'): string[] {
  const targetOf = (use: unknown) => ((use as { target?: unknown } | null)?.target === 'gallery' ? 'gallery' : 'query');
  return Object.entries(entriesOf(section)).flatMap(([name, use]) => (targetOf(use) === target ? name : []));
}

/** Perturbations of queries: a perturbed gallery is no version of them. */
export function evasions(poison: unknown): string[] {
  return namesWith(poison, 'query');
}

/** The queries, as they are and perturbed, behind each countermeasure that is to queries. */
export function treatedQueries(poison: unknown, others?: SectionOf): string[] {
  const countermeasures = namesWith(others?.('countermeasures'), 'query');
  return countermeasures.flatMap((name) => ['original', ...evasions(poison)].map((of) => treatedName(of, name)));
}

/** Perturbed galleries behind each countermeasure that is to a gallery. */
export function treatedGalleries(poison: unknown, countermeasures: unknown): string[] {
  return namesWith(countermeasures, 'gallery').flatMap((name) =>
    namesWith(poison, 'gallery').map((of) => treatedName(of, name)),
  );
}
