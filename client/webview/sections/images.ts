import { html, type TemplateResult } from 'lit';
import { count } from '../../../server/src/protocol/figure-text.js';
import type { Results, SkippedImage } from '../../../server/src/protocol/webview.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { emptyState, type Section } from '../parts/section.js';

/** How many images there were, and which were left out and why. */
export function imagesSection({ images, skipped = [] }: Results): Section {
  const rows = [
    { what: 'Images', images: images.total },
    { what: 'Identities', images: images.identities },
    { what: 'Missing', images: images.missing },
    { what: 'Unreadable', images: images.unreadable },
    { what: 'Without a face', images: images.noFace },
    ...(images.copies > 0 ? [{ what: 'Copies of another', images: images.copies }] : []),
    ...Object.entries(images.passedOver ?? {}).map(([ending, files]) => ({
      what: ending === 'none' ? 'Passed over, without an ending' : `Passed over, ${ending}`,
      images: files,
    })),
  ];
  const body = html`<dl class="counts">
      ${rows.map(({ what, images }) => html`<div><dt>${what}</dt><dd>${count(images)}</dd></div>`)}
    </dl>
    ${skipped.length > 0 ? skippedTable(skipped) : nothingSkipped(images)}`;
  return { id: 'images', title: 'Images', body };
}

function nothingSkipped({ missing, unreadable, noFace, passedOver }: Results['images']): TemplateResult {
  const all = missing + unreadable + noFace === 0 && !passedOver;
  return emptyState(all ? 'Every image was used.' : 'The run kept no list of the images that it left out.');
}

function skippedTable(skipped: readonly SkippedImage[]): TemplateResult {
  const table = dataTable({ caption: 'Images left out', file: 'skipped', rows: skipped, columns: COLUMNS });
  return html`<details ?open=${skipped.length <= 12}>
    <summary>${count(skipped.length)} listed: images left out, and why</summary>
    ${table}
  </details>`;
}

const COLUMNS: Column<SkippedImage>[] = [
  { label: 'Image', value: ({ id }) => id },
  { label: 'Reason', value: ({ code }) => code, show: ({ code }) => html`<code>${code}</code>` },
  { label: 'Details', value: ({ message }) => message },
];
