import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { counted } from '../../../../server/src/protocol/figure-text.js';
import { letterOf } from '../../../../server/src/protocol/runs/table/comparison-text.js';
import type { ComparedVerdict, RunComparison } from '../../../../server/src/protocol/runs/table/run-comparison.js';
import { MOST_PICTURES, type Photograph, type Problem } from '../../../../server/src/protocol/webview.js';
import { choice } from '../../parts/choice.js';
import { mark } from '../../parts/mark.js';
import { problemBanner } from '../../parts/problem-banner.js';
import { hiddenNote, photo } from '../../photographs/photo.js';
import type { NamedRun } from '../../sections/run-names.js';
import type { AskedQuery, PanelHost } from '../panel-host.js';
import { queryView } from '../queries/query-view.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';

/** A query in two runs that judge it otherwise, or why one of them does not show it. */
interface Opened {
  readonly id: string;
  readonly seen: readonly { readonly run: NamedRun; readonly asked: AskedQuery | Problem }[];
}

/** `<changed-queries>`: the queries that a run judges otherwise than the first, as pictures; each opens as both see it. */
export class ChangedQueries extends LitElement {
  static override properties = {
    host: { attribute: false },
    comparison: { attribute: false },
    runs: { attribute: false },
    chosen: { state: true },
    most: { state: true },
    pictures: { state: true },
    hiddenIn: { state: true },
    refused: { state: true },
    opened: { state: true },
  };
  declare host: PanelHost;
  declare comparison: RunComparison;
  declare runs: readonly NamedRun[];
  /** Place of the verdict among those that have changed. */
  declare chosen: number;
  declare most: number;
  declare pictures: ReadonlyMap<string, Photograph | null>;
  declare hiddenIn: string | null;
  declare refused: Problem | undefined;
  declare opened: Opened | undefined;

  constructor() {
    super();
    this.chosen = 0;
    this.most = MOST_PICTURES;
    this.pictures = new Map();
    this.hiddenIn = null;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  private get verdicts(): ComparedVerdict[] {
    return this.comparison.queries.filter(({ changed }) => changed.length > 0);
  }

  private get verdict(): ComparedVerdict | undefined {
    return this.verdicts[this.chosen] ?? this.verdicts[0];
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('comparison') || changed.has('chosen') || changed.has('most')) void this.look();
  }

  /** Asks for the photographs that are not here yet, some at a time. */
  private async look(): Promise<void> {
    const shown = this.verdict?.changed.slice(0, this.most) ?? [];
    const missing = shown.map(({ id }) => id).filter((id) => !this.pictures.has(id));
    for (let start = 0; start < missing.length; start += MOST_PICTURES) {
      const ids = missing.slice(start, start + MOST_PICTURES);
      const answer = await this.host.photographs(ids);
      this.refused = answer.ok ? undefined : answer.problem;
      if (!answer.ok) return;
      const { photographs, hiddenIn } = answer.value;
      this.hiddenIn = hiddenIn;
      this.pictures = new Map([...this.pictures, ...ids.map((id) => [id, photographs[id] ?? null] as const)]);
    }
  }

  private async open(id: string, other: number): Promise<void> {
    const places = [0, other];
    const answers = await Promise.all(places.map((run) => this.host.query(id, run)));
    const seen = places.flatMap((place, n) => {
      const [run, answer] = [this.runs[place], answers[n]];
      return run && answer ? { run, asked: answer.ok ? answer.value : answer.problem } : [];
    });
    this.opened = { id, seen };
    await this.updateComplete;
    this.querySelector<HTMLElement>('.opened')?.focus();
  }

  protected override render() {
    const { verdict } = this;
    if (!verdict) return nothing;
    const other = this.comparison.runs.findIndex(({ id }) => id === verdict.run);
    const [shown, all] = [verdict.changed.slice(0, this.most), verdict.changed.length];
    const names = this.verdicts.map((one) => this.nameOf(one));
    return html`<div class="filters">
        ${choice('Verdict that changed', names, this.nameOf(verdict), (name) => this.choose(names.indexOf(name)))}
      </div>
      ${this.hiddenIn === null ? nothing : hiddenNote(this.hiddenIn, () => this.host.tell({ type: 'showPhotographs' }))}
      ${this.refused ? problemBanner(this.refused, 'The photographs cannot be shown') : nothing}
      <ul class="changed" aria-label="Queries judged otherwise">
        ${shown.map((one) => html`<li>${this.card(one, other)}</li>`)}
      </ul>
      ${all > shown.length ? html`<vscode-button secondary @click=${this.more}>Show More of ${counted(all, 'Query', 'Queries')}</vscode-button>` : nothing}
      ${this.opened ? this.openedView(this.opened) : nothing}`;
  }

  private nameOf({ run, verdict, model, version, gained, lost }: ComparedVerdict): string {
    const letter = letterOf(this.comparison.runs.findIndex(({ id }) => id === run));
    const of = version === 'original' ? model : `${model}, ${version}`;
    return `${letter}: ${verdict}, ${of} (+${gained} −${lost})`;
  }

  private card({ id, now }: ComparedVerdict['changed'][number], other: number): TemplateResult {
    const letter = letterOf(other);
    const words = now ? `A no, ${letter} yes` : `A yes, ${letter} no`;
    const isOpen = this.opened?.id === id;
    return html`<button type="button" class="photo" aria-pressed=${isOpen} @click=${() => this.open(id, other)}>
      ${photo(this.pictures.get(id), { alt: '', plain: true })}
      <bdi dir="ltr">${id}</bdi>
      ${mark(now, words)}
    </button>`;
  }

  private openedView({ id, seen }: Opened): TemplateResult {
    return html`<div class="opened" tabindex="-1" role="group" aria-label="${id} in both runs">
      ${seen.map(
        ({
          run,
          asked,
        }) => html`<h3><span class="swatch run-${run.colour}" aria-hidden="true"></span> <bdi>${run.name}</bdi></h3>
          ${'views' in asked ? queryView(asked, this.host, run.results) : problemBanner(asked, 'The query cannot be shown')}`,
      )}
    </div>`;
  }

  private choose(place: number): void {
    this.chosen = Math.max(0, place);
    this.most = MOST_PICTURES;
    this.opened = undefined;
  }

  private readonly more = (): void => {
    this.most += MOST_PICTURES;
  };
}

customElements.define('changed-queries', ChangedQueries);
