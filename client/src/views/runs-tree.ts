import * as vscode from 'vscode';
import { sentences } from '../../../server/src/protocol/errors.js';
import { counted, duration } from '../../../server/src/protocol/figure-text.js';
import { MOST_LISTED } from '../../../server/src/protocol/runs/most-listed.js';
import type { RunSummary, StageState } from '../../../server/src/protocol/runs/run-state.js';
import { shareOfStage } from '../../../server/src/protocol/runs/stage-states.js';
import { variantText } from '../../../server/src/protocol/runs/variant.js';
import { RUNS_VIEW } from '../names.js';
import {
  activityOf,
  agoOf,
  headlineOf,
  iconOf,
  percentDone,
  STATUS,
  settingsOf,
  shareDone,
  variantsDone,
} from '../runs/describe-run.js';
import { isRunning, type RunList } from '../runs/run-list.js';
import type { Services } from '../services.js';

/** A row of the tree: a sweep, a run, which has its folder for the commands of its menu, or one of its stages. */
type Row =
  | { readonly kind: 'sweep'; readonly sweep: string; readonly runs: readonly RunSummary[] }
  | (RunSummary & { readonly kind: 'run' })
  | (StageState & { readonly kind: 'stage'; readonly run: string });

/** The history of runs, newest first, each with its stages; those of a sweep are below it. */
export function runsTree({ runs }: Services): vscode.Disposable {
  const tree = new RunsTree(runs);
  const view = vscode.window.createTreeView<Row>(RUNS_VIEW, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const say = () => {
    view.message = messageOf(runs);
  };
  return vscode.Disposable.from(tree, view, runs.onChanged(say));
}

/** What the rows below do not show. */
function messageOf(runs: RunList): string | undefined {
  const listed = runs.all().length;
  if (runs.isReading) return `Reading ${counted(runs.total, 'run')} …`;
  if (listed < MOST_LISTED || runs.total <= listed) return undefined;
  return `The newest ${listed} of ${counted(runs.total, 'run')}. Show Runs lists all of them.`;
}

/** So often the tree says anew how long ago runs began. */
const AGE_EVERY_MS = 60_000;

class RunsTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly listening: vscode.Disposable;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly runs: RunList) {
    const aging = setInterval(() => this.changed.fire(undefined), AGE_EVERY_MS);
    this.listening = vscode.Disposable.from(
      runs.onChanged(() => this.changed.fire(undefined)),
      { dispose: () => clearInterval(aging) },
    );
  }

  getChildren(row?: Row): Row[] {
    if (!row) return bySweep(this.runs.all());
    if (row.kind === 'sweep') return row.runs.map((run) => ({ ...run, kind: 'run' }));
    if (row.kind === 'stage') return [];
    return row.stages.map((stage) => ({ ...stage, kind: 'stage', run: row.folder }));
  }

  getTreeItem(row: Row): vscode.TreeItem {
    if (row.kind === 'sweep') return sweepItem(row);
    return row.kind === 'run' ? runItem(row) : stageItem(row);
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }
}

/** A sweep stands where its newest run does; its runs are in the order in which they began. */
function bySweep(runs: readonly RunSummary[]): Row[] {
  const told = new Set<string>();
  return runs.flatMap((run): Row[] => {
    const { sweep } = run;
    if (sweep === undefined) return [{ ...run, kind: 'run' }];
    if (told.has(sweep)) return [];
    told.add(sweep);
    return [{ kind: 'sweep', sweep, runs: runs.filter((one) => one.sweep === sweep).toReversed() }];
  });
}

function sweepItem({ sweep, runs }: Extract<Row, { kind: 'sweep' }>): vscode.TreeItem {
  const [first] = runs as [RunSummary];
  const running = runs.find(isRunning);
  const item = new vscode.TreeItem(agoOf(first), vscode.TreeItemCollapsibleState.Collapsed);
  const worst = running ?? runs.find(({ status }) => status !== 'done') ?? first;
  const { word } = STATUS[worst.status];
  const { done, of } = variantsDone(runs);
  item.id = `sweep ${sweep}`;
  item.iconPath = new vscode.ThemeIcon(iconOf(worst), colourOf(worst));
  const state = done < of ? `${done} of ${counted(of, 'variant')} done` : counted(of, 'variant');
  item.description = [state, running && activityOf(running), first.name].filter(Boolean).join(' · ');
  item.tooltip = [first.name, first.file, `a sweep, started ${startOf(first)}`].join('\n');
  item.contextValue = 'sweep';
  item.accessibilityInformation = { label: `Sweep of ${first.name}, ${word}, ${item.description}` };
  return item;
}

/** When it began, which settings differ, and what it found, of one that goes on so far. */
function runItem(run: RunSummary): vscode.TreeItem {
  const title = run.variant ? variantText(run.variant) : agoOf(run);
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Collapsed);
  const { word } = STATUS[run.status];
  item.id = run.folder;
  item.iconPath = new vscode.ThemeIcon(iconOf(run), colourOf(run));
  const share = run.waiting > 0 ? '' : percentDone(shareDone(run));
  const state = isRunning(run) ? [share, activityOf(run)] : [run.status === 'done' ? '' : word];
  const found = [...state, headlineOf(run)];
  const about = run.variant ? [found, agoOf(run)] : [settingsOf(run), found, run.name];
  item.description = about.flat().filter(Boolean).join(' · ');
  item.tooltip = tooltipOf(run);
  item.contextValue = isRunning(run) ? 'run.running' : 'run.ended';
  item.command = { command: 'lookalike.showResults', title: 'Show Results', arguments: [{ folder: run.folder }] };
  item.accessibilityInformation = { label: `${run.name}, ${word}, ${item.description}, started ${startOf(run)}` };
  return item;
}

function colourOf(run: RunSummary): vscode.ThemeColor | undefined {
  const missed = run.expect.held < run.expect.of;
  if (run.status === 'failed' || (run.status === 'done' && missed)) return new vscode.ThemeColor('testing.iconFailed');
  return run.status === 'done' ? new vscode.ThemeColor('testing.iconPassed') : undefined;
}

/** As text, not as Markdown: a name may hold anything. */
function tooltipOf(run: RunSummary): string {
  const why = run.problem ? [sentences(run.problem)] : [];
  const settings = [...run.set, settingsOf(run)].filter(Boolean).join(', ');
  return [run.name, run.file, `started ${startOf(run)}`, settings, headlineOf(run), ...why, run.folder]
    .filter(Boolean)
    .join('\n');
}

function startOf({ startedAt }: RunSummary): string {
  return new Date(startedAt).toLocaleString();
}

const STAGE_ICONS: Readonly<Record<StageState['status'], string>> = {
  idle: 'circle-outline',
  running: 'sync~spin',
  cached: 'history',
  done: 'pass',
  failed: 'error',
  cancelled: 'circle-slash',
};

function stageItem(row: StageState & { run: string }): vscode.TreeItem {
  const { name, status, seconds, run } = row;
  const item = new vscode.TreeItem(name);
  item.id = `${run}#${name}`;
  item.iconPath = new vscode.ThemeIcon(STAGE_ICONS[status]);
  const share = status === 'running' ? percentDone(shareOfStage(row)) : '';
  const took = seconds === null ? '' : duration(seconds);
  item.description = [status === 'idle' ? 'not begun' : status, share, took].filter(Boolean).join(', ');
  item.contextValue = 'stage';
  return item;
}
