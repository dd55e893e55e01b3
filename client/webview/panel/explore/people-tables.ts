import { html, type TemplateResult } from 'lit';
import { count, percent } from '../../../../server/src/protocol/figure-text.js';
import type { Person, Similarities } from '../../../../server/src/protocol/runs/explore/people.js';
import { type Column, dataTable } from '../../parts/data-table.js';
import type { ShownDistance } from './explored-run.js';
import { smallFace } from './face-pairs.js';
import type { ShownImages } from './shown-images.js';

/** Who is compared each with each, and how others are chosen. */
export interface Chosen {
  readonly identities: readonly string[];
  /** So many are chosen that there is no room for another. */
  readonly isFull: boolean;
  choose(identities: readonly string[]): void;
}

interface PeopleShown {
  readonly model: string;
  readonly distance: ShownDistance;
  readonly images: ShownImages;
  readonly chosen: Chosen;
}

/** A row a person, with a box that takes the person into the matrix. */
export function peopleTable(
  people: readonly Person[],
  { model, distance, images, chosen }: PeopleShown,
): TemplateResult {
  const versions = [...new Set(people.flatMap(({ found }) => Object.keys(found)))];
  const columns: Column<Person>[] = [
    {
      label: 'Person',
      value: ({ identity }) => identity,
      show: ({ identity }) => box(identity, chosen),
      text: ({ identity }) => identity,
    },
    { label: 'Images', numeric: true, value: ({ images }) => images, show: ({ images }) => count(images) },
    { label: 'Queries', numeric: true, value: ({ queries }) => queries, show: ({ queries }) => count(queries) },
    {
      ...{ label: 'Recognised', numeric: true, value: recognised, show: (person) => percent(recognised(person)) },
      meaning: 'Share of the person’s queries whose nearest image is of the person',
    },
    ...versions.map((version) => foundColumn(version)),
    {
      label: `Worst pair, ${distance.unit}`,
      numeric: true,
      meaning: 'Between the two photographs of the person that are furthest apart',
      value: ({ worst }) => (worst ? distance.value(worst.distance) : null),
      show: ({ worst }) =>
        worst
          ? html`<span class="worst" data-photographs>${distance.text(worst.distance)} ${[worst.a, worst.b].map((place) => smallFace(images, place))}</span>`
          : '–',
      text: ({ worst }) => (worst ? distance.text(worst.distance) : '–'),
    },
  ];
  return dataTable({ caption: `People, by ${model}`, file: 'people', rows: people, columns });
}

function recognised({ queries, recognised: some }: Person): number | null {
  return queries === 0 ? null : some / queries;
}

function foundColumn(version: string): Column<Person> {
  const rate = ({ found }: Person) => {
    const { count: some, of } = found[version] ?? { count: 0, of: 0 };
    return of === 0 ? null : some / of;
  };
  return {
    label: version === 'original' ? 'Found' : `Found, ${version}`,
    numeric: true,
    meaning: 'Share of the person’s queries that have a valid result',
    value: rate,
    show: (person) => percent(rate(person)),
  };
}

function box(identity: string, { identities, isFull, choose }: Chosen): TemplateResult {
  const isChosen = identities.includes(identity);
  const change = () => choose(isChosen ? identities.filter((one) => one !== identity) : [...identities, identity]);
  return html`<label class="chooser"
    ><input type="checkbox" .checked=${isChosen} ?disabled=${!isChosen && isFull} @change=${change} /> <bdi>${identity}</bdi></label
  >`;
}

/** How near people are to each other: the stronger the shade, the nearer, since that is what to look for. */
export function similarityTable(
  { identities, means, most }: Similarities,
  { model, distance }: { readonly model: string; readonly distance: ShownDistance },
): TemplateResult {
  const known = means.flat().filter((mean) => mean !== null);
  const [least, largest] = [Math.min(...known), Math.max(...known)];
  const step = (mean: number) => Math.round(largest > least ? (10 * (largest - mean)) / (largest - least) : 0);
  const columns = identities.map((label, n): Column<number> => {
    const meanOf = (row: number) => means[row]?.[n] ?? null;
    const text = (row: number) => {
      const mean = meanOf(row);
      return mean === null ? '–' : distance.text(mean);
    };
    return {
      ...{ label, numeric: true, text },
      value: (row) => {
        const mean = meanOf(row);
        return mean === null ? null : distance.value(mean);
      },
      show: (row) => {
        const mean = meanOf(row);
        return html`<span class="heat ${mean === null ? '' : `heat-${step(mean)}`}">${text(row)}</span>`;
      },
    };
  });
  const person: Column<number> = { label: 'Person', value: (row) => identities[row] ?? null };
  return html`${dataTable({
    caption: `Distance between people, ${distance.unit} by ${model}`,
    file: 'people-by-people',
    rows: identities.map((_, n) => n),
    columns: [person, ...columns],
  })}
    <p class="quiet">
      The mean of squares over pairs of their photographs, ${most} of each at the most, of one person over pairs of the
      person’s own; its root where distances are roots. The stronger the shade, the nearer.
    </p>`;
}
