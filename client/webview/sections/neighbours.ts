import { html, type TemplateResult } from 'lit';
import { type DistanceUnit, UNITS, unitOf } from '../../../server/src/protocol/results/distance-unit.js';
import type { FoundImage, QueryRow, ReportData } from '../../../server/src/protocol/webview.js';
import { foundPhoto } from '../parts/found-photo.js';
import type { Section } from '../parts/section.js';

type Thumbnails = ReportData['thumbnails'];

/** The nearest images of a few queries, for those queries whose photographs the page has. */
export function neighboursSection({ results, queries, thumbnails }: ReportData): Section | undefined {
  const seen = queries.filter(({ id }) => Object.hasOwn(thumbnails, id));
  if (seen.length === 0) return undefined;
  const kinds = [...new Set(seen.map(kindOf))];
  const body = html`${kinds.map((kind) => {
    const rows = seen.filter((row) => kindOf(row) === kind);
    const unit = unitOf(results, rows[0]?.model ?? '');
    return html`<h3><bdi>${kind}</bdi> <span class="quiet">${UNITS[unit]}</span></h3>
      <ul class="queries">
        ${rows.map((row) => queryView(row, thumbnails, unit))}
      </ul>`;
  })}`;
  const lead = 'Some queries, each with its nearest images, nearest first. These photographs are part of this file.';
  return { id: 'neighbours', title: 'Nearest neighbours', lead, body };
}

function kindOf({ model, version }: QueryRow): string {
  return version === 'original' ? model : `${model}, ${version}`;
}

function queryView(row: QueryRow, thumbnails: Thumbnails, unit: DistanceUnit): TemplateResult {
  return html`<li>
    <figure class="photo query">
      ${photo(row.id, 'Query', thumbnails)}
      <figcaption><strong>Query</strong><bdi>${row.identity ?? 'identity unknown'}</bdi></figcaption>
    </figure>
    <ol class="found">
      ${row.neighbours.map((found) => foundView(found, row, thumbnails, unit))}
    </ol>
  </li>`;
}

function foundView(found: FoundImage, query: QueryRow, thumbnails: Thumbnails, unit: DistanceUnit): TemplateResult {
  return html`<li>${foundPhoto(found, query.identity, photo(found.id, 'Found', thumbnails), unit)}</li>`;
}

function photo(id: string, role: string, thumbnails: Thumbnails): TemplateResult {
  return Object.hasOwn(thumbnails, id)
    ? html`<img src=${thumbnails[id]} alt="${role}: ${id}" title=${id} />`
    : html`<div class="no-photo" title=${id}>no preview</div>`;
}
