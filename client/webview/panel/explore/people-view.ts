import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { count, counted } from '../../../../server/src/protocol/figure-text.js';
import {
  MOST_IN_MATRIX,
  type PEOPLE_ORDERS,
  type PeoplePage,
  type Person,
  type Similarities,
} from '../../../../server/src/protocol/runs/explore/people.js';
import type { Problem, Results } from '../../../../server/src/protocol/webview.js';
import { choice } from '../../parts/choice.js';
import { problemBanner } from '../../parts/problem-banner.js';
import { hiddenNote } from '../../photographs/photo.js';
import type { PanelHost } from '../panel-host.js';
import { consideredWords } from './considered-words.js';
import { distanceOf, exploredModels } from './explored-run.js';
import { hardestFaces, placesOf } from './face-pairs.js';
import { peopleTable, similarityTable } from './people-tables.js';
import { ShownImages } from './shown-images.js';
import './exploring-progress.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';

/** People that are asked for at once. */
const BLOCK = 25;
/** Of the people who look most alike, so many are compared each with each before others are chosen. */
const FIRST_COMPARED = 8;

type Order = { readonly by: (typeof PEOPLE_ORDERS)[number]; readonly descending: boolean };
const ORDERS: Readonly<Record<string, Order>> = {
  'recognised, fewest first': { by: 'recognised', descending: false },
  'recognised, most first': { by: 'recognised', descending: true },
  'worst pair, furthest first': { by: 'worst', descending: true },
  'images, most first': { by: 'images', descending: true },
  'images, fewest first': { by: 'images', descending: false },
  name: { by: 'identity', descending: false },
};
const [FIRST_ORDER = ''] = Object.keys(ORDERS);

/** `<people-view>`: the people of a run and their hardest pairs, worked out when they are asked for. */
export class PeopleView extends LitElement {
  static override properties = {
    host: { attribute: false },
    results: { attribute: false },
    model: { state: true },
    order: { state: true },
    text: { state: true },
    found: { state: true },
    shown: { state: true },
    asking: { state: true },
    problem: { state: true },
    chosen: { state: true },
    similarities: { state: true },
  };
  declare host: PanelHost;
  declare results: Results;
  declare model: string;
  declare order: string;
  /** A part of a name. */
  declare text: string;
  /** Undefined until the photographs were compared. */
  declare found: PeoplePage | undefined;
  declare shown: readonly Person[];
  declare asking: boolean;
  declare problem: Problem | undefined;
  /** Who is compared each with each. */
  declare chosen: readonly string[];
  declare similarities: Similarities | undefined;
  private images: ShownImages | undefined;

  constructor() {
    super();
    Object.assign(this, { order: FIRST_ORDER, text: '', shown: [], asking: false, chosen: [] });
  }

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(): void {
    this.images ??= new ShownImages(this.host);
    this.model ??= this.results.threshold?.model ?? exploredModels(this.results)[0] ?? '';
  }

  /** An answer that comes after something else was asked is of no use. */
  private async ask(more: boolean): Promise<void> {
    const { model, order, text } = this;
    const before = more ? this.shown : [];
    Object.assign(this, { asking: true, problem: undefined });
    const selection = { model, text, ...ORDERS[order] };
    const answer = await this.host.people({ selection, offset: before.length, limit: BLOCK });
    if (model !== this.model || order !== this.order || text !== this.text) return;
    this.asking = false;
    if (!answer.ok) {
      this.problem = answer.problem;
      return;
    }
    const isFirst = this.found === undefined;
    this.found = answer.value;
    this.shown = [...before, ...answer.value.people];
    await this.images?.learn(placesOf(answer.value), () => this.requestUpdate());
    if (isFirst) void this.compare(this.mostAlike(answer.value));
  }

  /** The people of the nearest pairs. */
  private mostAlike({ impostors }: PeoplePage): string[] {
    const named = impostors.pairs.flatMap(({ a, b }) => [a, b].map((place) => this.images?.at(place)?.identity));
    return [...new Set(named.filter((one) => typeof one === 'string'))].slice(0, FIRST_COMPARED);
  }

  private async compare(identities: readonly string[]): Promise<void> {
    this.chosen = identities;
    this.similarities = undefined;
    if (identities.length < 2) return;
    const answer = await this.host.similarities(this.model, identities);
    if (identities !== this.chosen) return;
    if (answer.ok) this.similarities = answer.value;
    else this.problem = answer.problem;
  }

  private chooseModel(model: string): void {
    const isAsked = this.found !== undefined || this.asking;
    Object.assign(this, { model, found: undefined, shown: [], chosen: [], similarities: undefined });
    if (isAsked) void this.ask(false);
  }

  private narrow(change: Partial<Pick<this, 'order' | 'text'>>): void {
    Object.assign(this, change);
    void this.ask(false);
  }

  protected override render() {
    const { found, asking, model, images } = this;
    const models = exploredModels(this.results);
    const isAsked = found !== undefined || asking;
    return html`${
      isAsked && models.length < 2
        ? nothing
        : html`<div class="filters" role="group" aria-label="People and pairs">
              ${models.length > 1 ? choice('Model of people', models, model, (chosen) => this.chooseModel(chosen)) : nothing}
              ${isAsked ? nothing : html`<vscode-button @click=${() => this.ask(false)}>Compare All Photographs</vscode-button>`}
            </div>`
    }
      ${asking && !found ? html`<exploring-progress .host=${this.host}></exploring-progress>` : nothing}
      ${this.problem ? problemBanner(this.problem, 'People cannot be compared') : nothing}
      ${
        found && images
          ? html`<p>${consideredWords(found.considered, ` of ${counted(found.total, 'person', 'people')}`)}</p>
              ${images.hiddenIn ? hiddenNote(images.hiddenIn, () => this.host.tell({ type: 'showPhotographs' })) : nothing}
              ${images.problem ? problemBanner(images.problem, 'Photographs cannot be shown') : nothing}
              ${hardestFaces(found, images, distanceOf(this.results))} ${this.byPerson(found, images)} ${this.personByPerson()}`
          : nothing
      }`;
  }

  private byPerson({ matching, total }: PeoplePage, images: ShownImages): TemplateResult {
    const { shown, model } = this;
    const left = matching - shown.length;
    const isFull = this.chosen.length >= MOST_IN_MATRIX;
    const chosen = { identities: this.chosen, isFull, choose: (all: readonly string[]) => this.compare(all) };
    const narrow = ({ target }: Event) => this.narrow({ text: (target as HTMLInputElement).value });
    return html`<section aria-label="By person">
      <h3>By person</h3>
      <div class="filters" role="group" aria-label="Which people">
        ${choice('Order of people', Object.keys(ORDERS), this.order, (order) => this.narrow({ order }))}
        <vscode-textfield
          .label=${'Part of a name'}
          placeholder="Part of a name"
          .value=${this.text}
          @change=${narrow}
        ></vscode-textfield>
      </div>
      <p class="quiet" role="status">
        ${count(shown.length)} of ${counted(matching, 'person', 'people')}${matching < total ? ` that match, of ${count(total)}` : ''}
      </p>
      ${shown.length > 0 ? peopleTable(shown, { model, distance: distanceOf(this.results), images, chosen }) : nothing}
      ${left > 0 ? html`<vscode-button secondary @click=${() => this.ask(true)}>Show ${Math.min(BLOCK, left)} More</vscode-button>` : nothing}
    </section>`;
  }

  private personByPerson(): TemplateResult {
    const { chosen, similarities, model } = this;
    return html`<section aria-label="Person by person">
      <h3>Person by person</h3>
      <p>
        Those whose photographs look most alike at first; the boxes in the table choose others, ${MOST_IN_MATRIX} at the
        most.
      </p>
      ${
        chosen.length < 2
          ? html`<p class="quiet">Choose two people or more.</p>`
          : similarities
            ? similarityTable(similarities, { model, distance: distanceOf(this.results) })
            : html`<p class="quiet" role="status">Comparing ${chosen.length} people …</p>`
      }
    </section>`;
  }
}

customElements.define('people-view', PeopleView);
