import { html, nothing, type TemplateResult } from 'lit';
import { count, counted } from '../../../../server/src/protocol/figure-text.js';
import type { FacePair, PeoplePage } from '../../../../server/src/protocol/runs/explore/people.js';
import { faceNote } from '../../photographs/face-note.js';
import { photo } from '../../photographs/photo.js';
import type { ShownDistance } from './explored-run.js';
import type { ShownImages } from './shown-images.js';

/** Copies of one photograph that are shown. */
const MOST_COPIES = 6;

/** The places of all photographs that the pairs show. */
export function placesOf({ people, impostors, genuine, strays, copies }: PeoplePage): number[] {
  const worst = people.flatMap(({ worst }) => worst ?? []);
  return [
    ...[...impostors.pairs, ...genuine.pairs, ...worst].flatMap(({ a, b }) => [a, b]),
    ...strays.images.flatMap(({ place, otherPlace }) => [place, otherPlace]),
    ...copies.groups.flatMap((places) => places.slice(0, MOST_COPIES)),
  ];
}

/** What is hard among all photographs, and what may be wrong with them, as faces side by side. */
export function hardestFaces(found: PeoplePage, images: ShownImages, distance: ShownDistance): TemplateResult {
  const { impostors, genuine, strays, copies } = found;
  const pairs = (all: readonly FacePair[]) =>
    all.map(({ a, b, distance: squared }) => faces(images, [a, b], html`distance ${distance.text(squared)}`));
  const alike = impostors.exact
    ? 'The nearest photographs of two people: no pair is nearer.'
    : 'Near photographs of two people. Some people have so many photographs near each other that a nearer pair may be missing.';
  const drawn =
    genuine.partly > 0
      ? ` Of ${counted(genuine.partly, 'person', 'people')} with more, ${count(genuine.most)} photographs were drawn by a fixed seed.`
      : '';
  const astray = `${counted(strays.count, 'photograph')} nearer to the mean of another person than to that of its own person’s others. Some are hard; some stand under a wrong name. Beside each the nearest photograph of the other person.`;
  const copied =
    copies.count === 0
      ? 'No photograph stands under two people.'
      : `${counted(copies.count, 'photograph')} of one content under two people or more: one of the names is wrong.`;
  return html`${group('Two people who look alike', alike, pairs(impostors.pairs))}
  ${group('One person who looks unlike', `The furthest two photographs of a person, furthest first.${drawn}`, pairs(genuine.pairs))}
  ${group(
    'Nearer to another person',
    astray,
    strays.images.map(({ place, otherPlace, own, other, otherDistance }) =>
      faces(
        images,
        [place, otherPlace],
        html`${distance.text(own)} to its own, ${distance.text(otherDistance)} to <bdi>${other}</bdi>`,
      ),
    ),
  )}
  ${group(
    'One photograph under two people',
    copied,
    copies.groups.map((places) => {
      const more = places.length - MOST_COPIES;
      return faces(images, places.slice(0, MOST_COPIES), more > 0 ? html`and ${more} more` : nothing);
    }),
  )}`;
}

/** A click opens one of them large, among the others. */
function faces(images: ShownImages, places: readonly number[], note: TemplateResult | typeof nothing): TemplateResult {
  return html`<li data-photographs class="face-pair">
    ${places.map((place) => face(images, place))} ${note === nothing ? nothing : html`<p class="quiet">${note}</p>`}
  </li>`;
}

/** A photograph of the run as its face, with whose it is. */
export function face(images: ShownImages, place: number): TemplateResult {
  const image = images.at(place);
  if (!image) return html`<figure class="photo">${picture(images, place)}</figure>`;
  const whose = image.identity ?? 'identity unknown';
  return html`<figure class="photo">
    ${picture(images, place)}
    <figcaption><bdi>${whose}</bdi> <bdi dir="ltr" class="quiet">${image.id}</bdi>${faceNote(image.face)}</figcaption>
  </figure>`;
}

/** The face alone, within a line. */
export function smallFace(images: ShownImages, place: number): TemplateResult {
  return html`<span class="photo small">${picture(images, place)}</span>`;
}

/** Until it is known which photograph that is, and where it is no more, a word stands for it. */
function picture(images: ShownImages, place: number): TemplateResult {
  const image = images.at(place);
  if (!image) return html`<div class="no-photo">${image === null ? 'gone' : '…'}</div>`;
  const alt = `${image.identity ?? 'identity unknown'}: ${image.id}`;
  return photo(image.photograph, { alt, face: image.face, by: images.by });
}

function group(title: string, lead: string, figures: readonly TemplateResult[]): TemplateResult {
  return html`<section aria-label=${title}>
    <h3>${title}</h3>
    <p>${lead}</p>
    ${figures.length > 0 ? html`<ul class="face-pairs">${figures}</ul>` : nothing}
  </section>`;
}
