import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import * as z from 'zod';
import { count, counted } from '../../../server/src/protocol/figure-text.js';
import type { RunColumn } from '../../../server/src/protocol/runs/table/columns.js';
import type { RunRow } from '../../../server/src/protocol/runs/table/run-row.js';
import type { FromRunsPage, ToRunsPage } from '../../../server/src/protocol/runs/table/runs-panel.js';
import { experimentOf, type TableView, tableView } from '../../../server/src/protocol/runs/table/table-view.js';
import type { Problem } from '../../../server/src/protocol/webview.js';
import { choice } from '../parts/choice.js';
import { loadBeside } from '../parts/load-beside.js';
import { problemBanner } from '../parts/problem-banner.js';
import { saveButtons } from '../parts/save-button.js';
import { columnList } from './column-list.js';
import { KnownRuns } from './known-runs.js';
import type { PlotDrawing } from './plots/drawing.js';
import { type PlotChoices, runPlots } from './plots/run-plots.js';
import type { RunsHost } from './runs-host.js';
import type { GroupEvent, OpenRunEvent, SelectEvent, SortEvent, StarEvent } from './runs-table.js';
import { tableFiles } from './table-files.js';
import './runs-table.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';

const NOTHING_PLOTTED: PlotChoices = { figure: '', x: '', facet: '' };

/** What is kept of the page while it is hidden, and while VS Code is closed. */
const keptSchema = z.object({
  experiment: z.string(),
  filter: z.string(),
  sort: z.array(z.object({ path: z.string(), descending: z.boolean() })),
  isGrouped: z.boolean(),
  closed: z.array(z.string()),
  isFolded: z.boolean(),
  hidden: z.array(z.string()),
  added: z.array(z.string()),
  pinned: z.array(z.string()),
  selected: z.array(z.string()),
  isPlotted: z.boolean().default(false),
  plot: z.object({ figure: z.string(), x: z.string(), facet: z.string() }).default(NOTHING_PLOTTED),
});
type Kept = z.infer<typeof keptSchema>;

const NOTHING_KEPT: Kept = {
  ...{ experiment: '', filter: '', sort: [], isGrouped: true, closed: [], isFolded: false },
  ...{ hidden: [], added: [], pinned: ['id'], selected: [], isPlotted: false, plot: NOTHING_PLOTTED },
};

const ALL = 'All experiments';
const TYPING_MS = 120;

/** What can be done with the selected runs, and with how many. */
const ACTIONS: readonly (readonly [
  string,
  Extract<FromRunsPage, { folders: unknown }>['type'] | 'star',
  number,
  number,
])[] = [
  ['Compare', 'compare', 2, 6],
  ['Run Again', 'runAgain', 1, 20],
  ['Cancel', 'cancel', 1, Infinity],
  ['Star', 'star', 1, 1000],
  ['Note …', 'note', 1, 1000],
  ['Remove …', 'remove', 1, 1000],
];

/** The page of the table of runs: what selects and arranges them, the table, and what can be done with those selected. */
export class RunsPage extends LitElement {
  static override properties = {
    kept: { state: true },
    version: { state: true },
    problem: { state: true },
    hasColumnsOpen: { state: true },
    drawing: { state: true },
  };
  declare kept: Kept;
  /** Raised when runs went on, came, changed or were removed. */
  declare version: number;
  declare problem: Problem | undefined;
  declare hasColumnsOpen: boolean;
  /** Undefined until plots are shown first; null where it cannot be loaded. */
  declare drawing: PlotDrawing | null | undefined;
  private readonly known = new KnownRuns();
  private total: number | undefined;
  private isDone = false;
  private typing: number | undefined;
  private named: { readonly rows: readonly RunRow[]; readonly experiments: readonly string[] } | undefined;
  private made: { readonly of: readonly unknown[]; readonly view: TableView } | undefined;

  constructor(private readonly host: RunsHost) {
    super();
    this.kept = keptSchema.safeParse(host.kept()).data ?? NOTHING_KEPT;
    this.version = 0;
    this.hasColumnsOpen = false;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  receive(message: ToRunsPage): void {
    if (message.type === 'problem') this.problem = message.problem;
    if (message.type === 'going') this.known.follow(message);
    if (message.type === 'gone') this.known.remove(message.folders);
    if (message.type === 'rows') {
      this.known.add(message);
      const { listing } = message;
      if (listing) Object.assign(this, { total: listing.total, isDone: listing.isDone, problem: undefined });
    }
    this.version++;
  }

  private keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    this.host.keep(this.kept);
  }

  /** Made anew only when what it is made of changed: a run that goes on changes nothing but its own row. */
  private get view(): TableView {
    const { rows, figures } = this.known;
    const { selected: _, isPlotted: __, plot: ___, ...kept } = this.kept;
    // An experiment whose runs are all gone is none to choose.
    const experiment = this.experiments.includes(kept.experiment) ? kept.experiment : '';
    const choices = { ...kept, experiment };
    const of = [rows, figures, ...Object.values(choices)];
    if (!this.made?.of.every((one, n) => one === of[n])) {
      this.made = { of, view: tableView({ runs: rows, figures }, choices) };
    }
    return this.made.view;
  }

  private get experiments(): readonly string[] {
    const { rows } = this.known;
    if (this.named?.rows !== rows) this.named = { rows, experiments: [...new Set(rows.map(experimentOf))].sort() };
    return this.named.experiments;
  }

  /** Those that are still there and shown, in the order of the table. */
  private get selection(): RunRow[] {
    const selected = new Set(this.kept.selected);
    return this.view.runs.filter(({ folder }) => selected.has(folder));
  }

  protected override render() {
    const { kept } = this;
    if (this.problem) return html`<main>${problemBanner(this.problem, 'The runs cannot be listed')}</main>`;
    if (this.total === undefined) return html`<main><p role="status">Reading the runs …</p></main>`;
    return html`<header>
        <h1>Runs</h1>
        <p class="quiet" role="status">${this.countsText()}</p>
      </header>
      ${this.arranging()} ${this.actions()}
      <main>${this.known.rows.length === 0 ? this.empty() : html`${this.table()} ${kept.isPlotted ? this.plots() : nothing}`}</main>`;
  }

  private countsText(): string {
    const { rows } = this.known;
    const { runs } = this.view;
    const parts = [
      runs.length < rows.length
        ? `${count(runs.length)} of ${counted(rows.length, 'run')}`
        : counted(rows.length, 'run'),
      this.isDone ? '' : `reading ${count(this.total ?? 0)} …`,
      this.selection.length > 0 ? `${count(this.selection.length)} selected` : '',
    ];
    return parts.filter(Boolean).join(' · ');
  }

  private empty(): TemplateResult {
    return html`<p class="empty">No experiment has been run here yet: open one and press ▶ Run above its first line.</p>`;
  }

  private arranging(): TemplateResult {
    const { kept, view } = this;
    const { experiments } = this;
    const chosen = experiments.includes(kept.experiment) ? kept.experiment : ALL;
    const labels = view.columns.map(({ label }) => label);
    const [key] = kept.sort;
    const sorted = view.columns.find(({ path }) => path === key?.path);
    const check = (label: string, name: 'isGrouped' | 'isFolded') =>
      html`<vscode-checkbox
        .label=${label}
        .checked=${kept[name]}
        @change=${({ target }: Event) => this.keep({ [name]: (target as HTMLInputElement).checked })}
      ></vscode-checkbox>`;
    return html`<div class="filters" role="search" aria-label="Runs">
        ${choice('Experiment', [ALL, ...experiments], chosen, (one) => this.keep({ experiment: one === ALL ? '' : one }))}
        <vscode-textfield
          class="words"
          .label=${'Words, or conditions with “and” between them'}
          placeholder="high, or status == done"
          .value=${kept.filter}
          @input=${this.typed}
        ></vscode-textfield>
        ${choice('Sort by', [NEWEST, ...labels], sorted?.label ?? NEWEST, (label) => this.sortBy(label))}
        ${key ? html`<vscode-button secondary @click=${() => this.turn()}>${key.descending ? '↓ Descending' : '↑ Ascending'}</vscode-button>` : nothing}
        ${check('Group by experiment and sweep', 'isGrouped')} ${check('Fold seeds', 'isFolded')}
        ${columnList(
          view,
          kept,
          this.hasColumnsOpen,
          (isOpen) => {
            this.hasColumnsOpen = isOpen;
          },
          (change) => this.keep(change),
        )}
        <vscode-button secondary @click=${() => this.host.tell({ type: 'refresh' })}>Refresh</vscode-button>
        ${saveButtons(this.selection.length > 0 ? 'the selected runs' : 'the table', tableFiles(view, this.known.figures, kept.selected))}
      </div>
      ${view.problem ? html`<p class="problem-line" role="alert">${view.problem.message}: the filter leaves every run.</p>` : nothing}
      ${kept.isFolded ? html`<p class="quiet">${foldingText(view)}</p>` : nothing}`;
  }

  private readonly typed = ({ target }: InputEvent): void => {
    const filter = (target as HTMLInputElement).value;
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.keep({ filter }), TYPING_MS);
  };

  private sortBy(label: string): void {
    const column: RunColumn | undefined = this.view.columns.find((one) => one.label === label);
    const descending = column?.of === 'figure' && column.figure?.better !== 'lower';
    this.keep({ sort: column ? [{ path: column.path, descending }] : [] });
  }

  private turn(): void {
    const [first, ...others] = this.kept.sort;
    if (first) this.keep({ sort: [{ ...first, descending: !first.descending }, ...others] });
  }

  private actions(): TemplateResult {
    const { selection } = this;
    const going = selection.filter((row) => this.known.current(row).status === 'running');
    const of = (type: string) =>
      type === 'cancel' ? going : type === 'remove' ? selection.filter((row) => !going.includes(row)) : selection;
    return html`<div class="actions" role="group" aria-label="With the selected runs">
      ${ACTIONS.map(([label, type, least, most]) => {
        const rows = of(type);
        const isPossible = rows.length >= least && rows.length <= most;
        return html`<vscode-button secondary ?disabled=${!isPossible} @click=${() => this.act(type, rows)}>${label}</vscode-button>`;
      })}
      <vscode-button secondary aria-pressed=${this.kept.isPlotted} @click=${() => this.keep({ isPlotted: !this.kept.isPlotted })}>
        ${this.kept.isPlotted ? 'Hide Plots' : 'Plot'}
      </vscode-button>
      <span class="quiet">${selection.length === 0 ? HELP : nothing}</span>
    </div>`;
  }

  private act(type: (typeof ACTIONS)[number][1], rows: readonly RunRow[]): void {
    const folders = rows.map(({ folder }) => folder);
    if (type === 'star') this.host.tell({ type, folders, star: !rows.every(({ star }) => star) });
    else this.host.tell({ type, folders });
  }

  private table(): TemplateResult {
    const { kept, view } = this;
    return html`<runs-table
      .view=${view}
      .sort=${kept.sort}
      .selected=${new Set(kept.selected)}
      .pinned=${kept.pinned}
      .current=${(row: RunRow) => this.known.current(row)}
      .version=${this.version}
      @sort=${({ detail }: SortEvent) => this.keep({ sort: [...detail] })}
      @select-runs=${({ detail }: SelectEvent) => this.keep({ selected: [...detail] })}
      @open-run=${({ detail }: OpenRunEvent) => this.host.tell({ type: 'open', folder: detail })}
      @star=${({ detail }: StarEvent) => this.host.tell({ type: 'star', folders: [detail.folder], star: !detail.star })}
      @group=${({ detail }: GroupEvent) => this.toggleGroup(detail)}
    ></runs-table>`;
  }

  /** Of the selected runs, or of all that are shown. */
  private plots(): unknown {
    const { selection, view, drawing } = this;
    if (drawing === undefined) {
      void this.loadDrawing();
      return html`<p role="status">Loading what draws plots …</p>`;
    }
    if (drawing === null)
      return html`<p class="empty">What draws plots cannot be loaded: close this panel and open it again.</p>`;
    const { plot, selected } = this.kept;
    const choose = (change: Partial<PlotChoices>) => this.keep({ plot: { ...this.kept.plot, ...change } });
    // Drawn anew only when there is something else to draw, however often runs say how far they are.
    return guard([view, selected, plot], () =>
      runPlots(selection.length > 0 ? selection : view.runs, view.columns, plot, drawing, choose),
    );
  }

  private async loadDrawing(): Promise<void> {
    await loadBeside('plots.js');
    this.drawing = globalThis.lookalikePlotDrawing ?? null;
  }

  private toggleGroup(key: string): void {
    const { closed } = this.kept;
    this.keep({ closed: closed.includes(key) ? closed.filter((one) => one !== key) : [...closed, key] });
  }
}

const NEWEST = 'newest first';
const HELP = 'Space selects a run, Enter opens it, S stars it; Shift and an arrow key select several.';

function foldingText({ over }: TableView): string {
  return over.length === 0
    ? 'No run differs in a seed: nothing is folded.'
    : `Mean ± standard deviation over ${over.join(', ')}, of runs that are done and differ in nothing else. Of runs that are the same in every setting the newest counts.`;
}

customElements.define('runs-page', RunsPage);
