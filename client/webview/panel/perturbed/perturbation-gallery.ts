import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { count, decimal } from '../../../../server/src/protocol/figure-text.js';
import type {
  Problem,
  QuerySelection,
  QueryTableRow,
  QueryView,
  ReportData,
  Results,
} from '../../../../server/src/protocol/webview.js';
import { choice } from '../../parts/choice.js';
import { mark } from '../../parts/mark.js';
import { problemBanner } from '../../parts/problem-banner.js';
import type { Section } from '../../parts/section.js';
import { faceIn, hiddenNote } from '../../photographs/photo.js';
import { beforeAndAfter, type PairSlide } from '../../sections/perturbed-photographs.js';
import type { PanelHost } from '../panel-host.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';

/** Photographs that are asked for at once. */
const BLOCK = 8;

type Sort = NonNullable<QuerySelection['sort']>;

const ORDERS: Readonly<Record<string, Sort>> = {
  'shift, most first': { by: 'shift', descending: true },
  'shift, least first': { by: 'shift', descending: false },
  'DSSIM, most first': { by: 'dssim', descending: true },
  'DSSIM, least first': { by: 'dssim', descending: false },
  'verdict, recognised first': { by: 'correct', descending: true },
  'verdict, not recognised first': { by: 'correct', descending: false },
};
const [FIRST_ORDER = ''] = Object.keys(ORDERS);
/** Of the model that judges what the engine returns. */
const FOUND_ORDERS: typeof ORDERS = {
  'still found, found first': { by: 'valid', descending: true },
  'still found, not found first': { by: 'valid', descending: false },
};

function ordersOf({ threshold, retrieve, robustness }: Results): typeof ORDERS {
  return robustness && retrieve?.model === threshold?.model ? { ...ORDERS, ...FOUND_ORDERS } : ORDERS;
}

/** The photographs that perturbations changed; undefined where a run has none to look at. */
export function perturbationGallery(host: PanelHost, { results }: ReportData): Section | undefined {
  const versions = versionsOf(results);
  if (versions.length === 0 || !results.threshold) return undefined;
  const lead =
    'Each queried photograph before and after, and what was changed, over the face. A click or Enter opens it whole: wipe, blink and the difference are there.';
  const body = html`<perturbation-gallery .host=${host} .results=${results}></perturbation-gallery>`;
  return { id: 'perturbed', title: 'Perturbed photographs', lead, body };
}

function versionsOf({ poison = [], stages }: Results): string[] {
  if (!stages.some(({ name }) => name === 'poison')) return [];
  return poison.filter(({ target, images }) => target === 'query' && images > 0).map(({ name }) => name);
}

/** `<perturbation-gallery>`: some photographs of a version, more when they are asked for. */
export class PerturbationGallery extends LitElement {
  static override properties = {
    host: { attribute: false },
    results: { attribute: false },
    version: { state: true },
    order: { state: true },
    shown: { state: true },
    total: { state: true },
    problem: { state: true },
    hiddenIn: { state: true },
  };
  declare host: PanelHost;
  declare results: Results;
  declare version: string;
  declare order: string;
  declare shown: readonly { readonly row: QueryTableRow; readonly view: QueryView | undefined }[];
  /** Null until the first answer. */
  declare total: number | null;
  declare problem: Problem | undefined;
  declare hiddenIn: string | null;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(): void {
    if (this.shown) return;
    Object.assign(this, { shown: [], order: FIRST_ORDER, total: null, hiddenIn: null });
    this.choose(versionsOf(this.results)[0] ?? '', FIRST_ORDER);
  }

  private choose(version: string, order: string): void {
    Object.assign(this, { version, order, shown: [], total: null, problem: undefined });
    void this.more();
  }

  /** An answer that comes after something else was chosen is of no use. */
  private async more(): Promise<void> {
    const { version, order, shown, host } = this;
    const model = this.results.threshold?.model ?? '';
    const page = await host.page({ model, version, sort: ordersOf(this.results)[order] }, shown.length, BLOCK);
    const asked =
      page.ok && page.value.rows.length > 0 ? await host.queries(page.value.rows.map(({ id }) => id)) : undefined;
    if (version !== this.version || order !== this.order || shown !== this.shown) return;
    if (!page.ok || asked?.ok === false) {
      this.problem = page.ok ? (asked?.ok === false ? asked.problem : undefined) : page.problem;
      return;
    }
    const views = asked?.value.views ?? [];
    const viewOf = (id: string) => views.find((view) => view.id === id && view.version === version && view.perturbed);
    this.shown = [...shown, ...page.value.rows.map((row) => ({ row, view: viewOf(row.id) }))];
    this.total = page.value.matching;
    this.hiddenIn = asked?.value.hiddenIn ?? null;
  }

  protected override render() {
    const { version, order, shown, total, hiddenIn } = this;
    const more = total !== null && shown.length < total;
    return html`<div class="filters" role="group" aria-label="Perturbed photographs">
        ${choice('Perturbation', versionsOf(this.results), version, (chosen) => this.choose(chosen, this.order))}
        ${choice('Order', Object.keys(ordersOf(this.results)), order, (chosen) => this.choose(this.version, chosen))}
      </div>
      <p class="quiet" role="status">${total === null ? 'Reading the photographs …' : `${count(shown.length)} of ${count(total)} photographs`}</p>
      ${this.problem ? problemBanner(this.problem, 'The photographs cannot be shown') : nothing}
      ${hiddenIn === null ? nothing : hiddenNote(hiddenIn, () => this.host.tell({ type: 'showPhotographs' }))}
      <ul class="gallery" data-photographs>
        ${shown.map(({ row, view }) => html`<li>${this.pair(row, view)}</li>`)}
      </ul>
      ${more ? html`<vscode-button secondary @click=${() => this.more()}>Show ${Math.min(BLOCK, total - shown.length)} More</vscode-button>` : nothing}`;
  }

  private pair(
    { id, identity, shift, dssim, correct, valid }: QueryTableRow,
    view: QueryView | undefined,
  ): TemplateResult {
    const figures = [`shift ${decimal(shift, 3)}`, `DSSIM ${decimal(dssim, 4)}`];
    const slide = view && slideOf(view, figures.join(' · '));
    return html`<p class="whose"><bdi dir="ltr">${id}</bdi> <bdi class="quiet">${identity ?? 'identity unknown'}</bdi></p>
      ${slide ? beforeAndAfter(slide) : html`<p class="quiet">${view ? 'One of the two photographs is not shown or gone.' : 'There is no perturbed photograph.'}</p>`}
      <p class="quiet figures">${figures.join(' · ')}</p>
      <p class="quiet verdicts">
        ${correct === null ? nothing : mark(correct, correct ? 'nearest is the same person' : 'nearest is another person')}
        ${valid === null ? nothing : mark(valid > 0, valid > 0 ? 'still found' : 'no longer found')}
      </p>`;
  }
}

function slideOf(
  { id, version, perturbed, perturbedFace, photographs, faces }: QueryView,
  note: string,
): PairSlide | undefined {
  const before = photographs[id]?.uri;
  if (!perturbed?.uri || !before) return undefined;
  const original = { src: before, face: faceIn(faces, id).face };
  return { src: perturbed.uri, alt: `${id}, ${version}`, face: perturbedFace, by: faces?.by ?? null, original, note };
}

customElements.define('perturbation-gallery', PerturbationGallery);
