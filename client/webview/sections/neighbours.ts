import { html, type TemplateResult } from 'lit';
import { type DistanceUnit, UNITS, unitOf } from '../../../server/src/protocol/results/distance-unit.js';
import type { FoundImage, QueryRow, ReportData } from '../../../server/src/protocol/webview.js';
import type { Section } from '../parts/section.js';
import { faceNote } from '../photographs/face-note.js';
import { foundPhoto } from '../photographs/found-photo.js';
import { faceIn, facePhoto } from '../photographs/photo.js';

type Pictures = Pick<ReportData, 'thumbnails' | 'faces'>;

/** The nearest images of a few queries, for those queries whose photographs the page has. */
export function neighboursSection({ results, queries, ...pictures }: ReportData): Section | undefined {
  const seen = queries.filter(({ id }) => Object.hasOwn(pictures.thumbnails, id));
  if (seen.length === 0) return undefined;
  const kinds = [...new Set(seen.map(kindOf))];
  const body = html`${kinds.map((kind) => {
    const rows = seen.filter((row) => kindOf(row) === kind);
    const unit = unitOf(results, rows[0]?.model ?? '');
    return html`<h3><bdi>${kind}</bdi> <span class="quiet">${UNITS[unit]}</span></h3>
      <ul class="queries">
        ${rows.map((row) => queryView(row, pictures, unit))}
      </ul>`;
  })}`;
  const lead = 'Some queries, each with its nearest images, nearest first. These photographs are part of this file.';
  return { id: 'neighbours', title: 'Nearest neighbours', lead, body };
}

function kindOf({ model, version }: QueryRow): string {
  return version === 'original' ? model : `${model}, ${version}`;
}

function queryView(row: QueryRow, pictures: Pictures, unit: DistanceUnit): TemplateResult {
  return html`<li data-photographs>
    <figure class="photo query">
      ${photo(row.id, 'Query', pictures)}
      <figcaption><strong>Query</strong><bdi>${row.identity ?? 'identity unknown'}</bdi>${faceNote(faceIn(pictures.faces, row.id).face)}</figcaption>
    </figure>
    <ol class="found">
      ${row.neighbours.map((found) => foundView(found, row, pictures, unit))}
    </ol>
  </li>`;
}

function foundView(found: FoundImage, query: QueryRow, pictures: Pictures, unit: DistanceUnit): TemplateResult {
  const { face } = faceIn(pictures.faces, found.id);
  return html`<li>${foundPhoto(found, query.identity, photo(found.id, 'Found', pictures), { unit, face })}</li>`;
}

function photo(id: string, role: string, { thumbnails, faces }: Pictures): TemplateResult {
  const uri = Object.hasOwn(thumbnails, id) ? thumbnails[id] : undefined;
  return uri === undefined
    ? html`<div class="no-photo" title=${id}>no preview</div>`
    : facePhoto(uri, { alt: `${role}: ${id}`, ...faceIn(faces, id) });
}
