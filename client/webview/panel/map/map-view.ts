import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { count, counted, percent } from '../../../../server/src/protocol/figure-text.js';
import { type FaceMap, type MapMethod, VERDICTS } from '../../../../server/src/protocol/runs/explore/face-map.js';
import type { Problem, QueryView, Results } from '../../../../server/src/protocol/webview.js';
import { choice } from '../../parts/choice.js';
import { problemBanner } from '../../parts/problem-banner.js';
import { hiddenNote, photo } from '../../photographs/photo.js';
import { consideredWords } from '../explore/considered-words.js';
import { exploredModels } from '../explore/explored-run.js';
import { face } from '../explore/face-pairs.js';
import { ShownImages } from '../explore/shown-images.js';
import type { PanelHost } from '../panel-host.js';
import { ENCODINGS, type Encoding, encode, MOST_TOLD_APART, mostPhotographed } from './encodings.js';
import type { MapCanvas, MapEvent } from './map-canvas.js';
import { mapLegend } from './map-legend.js';
import './map-canvas.js';
import '../explore/exploring-progress.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';

/** Photographs of a choice that are shown. */
const SHOWN = 24;
/** How long the pointer rests on a point before its photograph is asked for. */
const RESTED_MS = 120;

/** `<map-view>`: the embeddings of a run in two dimensions, worked out when they are asked for. */
export class MapOfFaces extends LitElement {
  static override properties = {
    host: { attribute: false },
    results: { attribute: false },
    model: { state: true },
    method: { state: true },
    asking: { state: true },
    problem: { state: true },
    map: { state: true },
    encoding: { state: true },
    people: { state: true },
    version: { state: true },
    tool: { state: true },
    chosen: { state: true },
    pointed: { state: true },
  };
  declare host: PanelHost;
  declare results: Results;
  declare model: string;
  declare method: MapMethod;
  declare asking: boolean;
  declare problem: Problem | undefined;
  declare map: FaceMap | undefined;
  declare encoding: Encoding;
  /** Numbers of the people who are told apart. */
  declare people: readonly number[];
  /** Of which version arrows are drawn; 0 for none. */
  declare version: number;
  declare tool: 'move' | 'lasso';
  declare chosen: ReadonlySet<number>;
  /** The point that the pointer is on. */
  declare pointed: number | undefined;
  private images: ShownImages | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private changed: { readonly point: number; readonly view: QueryView | undefined } | undefined;

  constructor() {
    super();
    Object.assign(this, { method: 'pca', asking: false, encoding: 'person', people: [], version: 0 });
    Object.assign(this, { tool: 'move', chosen: new Set() });
  }

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(): void {
    this.images ??= new ShownImages(this.host);
    this.model ??= this.results.threshold?.model ?? exploredModels(this.results)[0] ?? '';
  }

  /** An answer that comes after something else was asked is of no use. */
  private async ask(model: string, method: MapMethod): Promise<void> {
    Object.assign(this, { model, method, asking: true, problem: undefined });
    const answer = await this.host.faceMap(model, method);
    if (model !== this.model || method !== this.method) return;
    this.asking = false;
    if (!answer.ok) {
      this.problem = answer.problem;
      return;
    }
    Object.assign(this, { map: answer.value, people: mostPhotographed(answer.value), chosen: new Set() });
    Object.assign(this, { version: Math.min(this.version, answer.value.versions.length), pointed: undefined });
  }

  protected override render() {
    const { map, asking, model, method } = this;
    const models = exploredModels(this.results);
    const isStarted = map !== undefined || asking;
    return html`<div class="filters" role="group" aria-label="Map">
        ${models.length > 1 ? choice('Model of the map', models, model, (chosen) => (isStarted ? this.ask(chosen, method) : Object.assign(this, { model: chosen }))) : nothing}
        ${isStarted ? nothing : html`<vscode-button @click=${() => this.ask(model, 'pca')}>Draw the Map</vscode-button>`}
        ${map && !asking ? html`<vscode-button secondary @click=${() => this.ask(model, map.method === 'pca' ? 'umap' : 'pca')}>${map.method === 'pca' ? 'Lay Out by UMAP' : 'Back to PCA'}</vscode-button>` : nothing}
      </div>
      ${asking ? html`<exploring-progress .host=${this.host}></exploring-progress>` : nothing}
      ${this.problem ? problemBanner(this.problem, 'The map cannot be drawn') : nothing}
      ${map ? this.drawn(map) : nothing}`;
  }

  private drawn(map: FaceMap): TemplateResult {
    const encoded = encode(map, this.encoding, this.people, this.version);
    const arrows = ['no arrows', ...map.versions.map((version) => `arrows to ${version}`)];
    const encodings = ENCODINGS.map((encoding) => `by ${encoding}`);
    return html`<p>${consideredWords(map.considered)} ${axesWords(map)}</p>
      <div class="filters" role="group" aria-label="How the map is drawn">
        ${choice('How points are told apart', encodings, `by ${this.encoding}`, (one) => Object.assign(this, { encoding: ENCODINGS[encodings.indexOf(one)] }))}
        ${map.versions.length > 0 ? choice('Arrows', arrows, arrows[this.version] ?? '', (one) => Object.assign(this, { version: arrows.indexOf(one) })) : nothing}
        ${
          this.encoding === 'person'
            ? html`<vscode-textfield
                .label=${'Tell apart people whose name has'}
                placeholder="Tell apart people: part of a name"
                @change=${({ target }: Event) => this.tellApart(map, (target as HTMLInputElement).value)}
              ></vscode-textfield>`
            : nothing
        }
      </div>
      <div class="map-tools" role="group" aria-label="Tools of the map">
        <button type="button" class="tool" aria-pressed=${this.tool === 'lasso'} @click=${() => Object.assign(this, { tool: this.tool === 'lasso' ? 'move' : 'lasso' })}>Lasso</button>
        <button type="button" class="tool" aria-label="Zoom in" @click=${() => this.canvas?.zoom(1.5)}>+</button>
        <button type="button" class="tool" aria-label="Zoom out" @click=${() => this.canvas?.zoom(1 / 1.5)}>−</button>
        <button type="button" class="tool" @click=${() => this.canvas?.fit()}>Show All</button>
        <button type="button" class="tool" @click=${() => this.choose(this.canvas?.inSight() ?? [])}>Choose What Is in Sight</button>
      </div>
      <div class="map-room">
        <map-canvas
          .map=${map}
          .encoded=${encoded}
          .chosen=${this.chosen}
          .version=${this.version}
          .tool=${this.tool}
          @pointed=${({ detail }: MapEvent) => this.point(detail.points[0])}
          @lassoed=${({ detail }: MapEvent) => this.choose(detail.points)}
        ></map-canvas>
        <div class="map-beside">${mapLegend(encoded)} ${this.pointedCard(map)}</div>
      </div>
      <p class="quiet">Drag to move, Shift and drag for a lasso, Ctrl and the wheel to zoom; with the keyboard, arrow keys, + and −, 0 for all of it.</p>
      ${this.choice(map)}`;
  }

  private get canvas(): MapCanvas | null {
    return this.querySelector('map-canvas');
  }

  private tellApart({ people }: FaceMap, text: string): void {
    const sought = text.toLowerCase();
    const matching = people.flatMap((name, n) => (name.toLowerCase().includes(sought) ? [n] : []));
    if (this.map) this.people = sought === '' ? mostPhotographed(this.map) : matching.slice(0, MOST_TOLD_APART);
  }

  /** Once the pointer rests on it, its photograph is asked for. */
  private point(point: number | undefined): void {
    if (point === this.pointed) return;
    this.pointed = point;
    clearTimeout(this.resting);
    if (point !== undefined) this.resting = setTimeout(() => void this.look(point), RESTED_MS);
  }

  private async look(point: number): Promise<void> {
    const { map, images } = this;
    const place = map?.place[point];
    if (!map || !images || place === undefined) return;
    await images.learn([place], () => this.requestUpdate());
    const [id, version] = [images.at(place)?.id, map.versions[(map.version[point] ?? 0) - 1]];
    if (id === undefined || version === undefined || this.pointed !== point) return;
    const asked = await this.host.query(id);
    const view = asked.ok ? asked.value.views.find((one) => one.version === version && one.perturbed) : undefined;
    this.changed = { point, view };
    this.requestUpdate();
  }

  private pointedCard(map: FaceMap): TemplateResult {
    const { pointed, images } = this;
    if (pointed === undefined || !images)
      return html`<p class="quiet map-card">The face of the point that the pointer is on.</p>`;
    const [place = -1, version = 0, verdict = 0] = [map.place[pointed], map.version[pointed], map.verdict[pointed]];
    const view = this.changed?.point === pointed ? this.changed.view : undefined;
    const about = [
      map.versions[version - 1] ?? 'as it is',
      VERDICTS[verdict] === 'unknown' ? undefined : VERDICTS[verdict],
    ];
    return html`<div class="map-card" data-photographs>
      ${face(images, place)}
      ${view?.perturbed ? html`<figure class="photo">${photo(view.perturbed, { alt: `${view.id}, ${view.version}`, face: view.perturbedFace, by: images.by })}</figure>` : nothing}
      <p class="quiet"><bdi>${about.filter((one) => one !== undefined).join(', ')}</bdi></p>
    </div>`;
  }

  /** Photographs as they are: what was made of one stands for none of its own. */
  private choose(points: readonly number[]): void {
    this.chosen = new Set(points.filter((point) => this.map?.version[point] === 0));
    void this.images?.learn(this.places().slice(0, SHOWN), () => this.requestUpdate());
  }

  private places(): number[] {
    return [...this.chosen].map((point) => this.map?.place[point] ?? -1).filter((place) => place >= 0);
  }

  private choosePerson(map: FaceMap, text: string): void {
    const sought = text.toLowerCase();
    const matching = new Set(map.people.flatMap((name, n) => (name.toLowerCase().includes(sought) ? [n] : [])));
    this.choose(sought === '' ? [] : map.person.flatMap((person, point) => (matching.has(person) ? [point] : [])));
  }

  private choice(map: FaceMap): TemplateResult {
    const { images, chosen } = this;
    const places = this.places();
    const save = () => this.host.tell({ type: 'saveImages', places, from: { model: map.model, method: map.method } });
    return html`<section aria-label="Chosen photographs">
      <h3>Chosen photographs</h3>
      <div class="filters" role="group" aria-label="Choose photographs">
        <vscode-textfield
          .label=${'Choose people whose name has'}
          placeholder="Choose people: part of a name"
          @change=${({ target }: Event) => this.choosePerson(map, (target as HTMLInputElement).value)}
        ></vscode-textfield>
        ${
          chosen.size > 0
            ? html`<vscode-button @click=${save}>Save as Subset …</vscode-button>
                <vscode-button secondary @click=${() => this.choose([])}>Choose None</vscode-button>`
            : nothing
        }
      </div>
      <p role="status">
        ${chosen.size === 0 ? 'None yet: by the lasso, by what is in sight, or by a name.' : `${counted(chosen.size, 'photograph')}${chosen.size > SHOWN ? `, of which ${SHOWN} are shown` : ''}.`}
      </p>
      ${images?.hiddenIn ? hiddenNote(images.hiddenIn, () => this.host.tell({ type: 'showPhotographs' })) : nothing}
      ${images?.problem ? problemBanner(images.problem, 'Photographs cannot be shown') : nothing}
      ${images && places.length > 0 ? html`<ul class="map-chosen" data-photographs>${places.slice(0, SHOWN).map((place) => html`<li>${face(images, place)}</li>`)}</ul>` : nothing}
    </section>`;
  }
}

function axesWords({ method, explained, axesOf, considered }: FaceMap): string {
  if (method === 'umap' || !explained) {
    return 'By UMAP, from exact neighbours: near is near, but far apart says little, and neither do sizes of groups.';
  }
  const of = axesOf !== null && axesOf < considered.images ? `, by ${count(axesOf)} of them` : '';
  return `By their principal axes${of}: ${percent(explained[0])} and ${percent(explained[1])} of the variance. What lies together here may be apart along the others.`;
}

customElements.define('map-view', MapOfFaces);
