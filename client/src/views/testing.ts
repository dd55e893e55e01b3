import * as vscode from 'vscode';
import { ok, type Result } from '../../../server/src/protocol/errors.js';
import type { ExpectationState } from '../../../server/src/protocol/lsp.js';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { EXPERIMENTS, PRIVATE } from '../names.js';
import { isRunning } from '../runs/run-list.js';
import { startRun } from '../runs/start-run.js';
import type { Services } from '../services.js';

/** Lists the `expect` lines of every experiment in the Testing view, and runs the experiment to judge them. */
export function expectTests(services: Services): vscode.Disposable {
  const tests = vscode.tests.createTestController('lookalike', 'Lookalike expectations');
  /** The outcomes that are shown, by file: what is shown already is not shown again. */
  const shown = new Map<string, string>();
  /** Files that this view itself runs. */
  const judged = new Set<string>();
  const list = (uri: vscode.Uri) => listExpectations(services, tests, shown, uri);
  const going = new GoingRuns(services, tests, judged);
  const listAll = async () => {
    for (const uri of await vscode.workspace.findFiles(EXPERIMENTS, PRIVATE)) await list(uri);
    going.follow();
  };
  tests.refreshHandler = listAll;
  tests.createRunProfile(
    'Run',
    vscode.TestRunProfileKind.Run,
    (request) => runTests(services, tests, request, judged),
    true,
  );
  const files = vscode.workspace.createFileSystemWatcher(EXPERIMENTS);
  return vscode.Disposable.from(
    tests,
    files,
    files.onDidCreate(list),
    files.onDidChange(list),
    files.onDidDelete((uri) => tests.items.delete(uri.toString())),
    services.server.onStarted(() => void listAll()),
    going,
    services.runs.onChanged((run) => {
      // What the lines were before a run that judged none is shown again when nothing goes on.
      const ended = new Set(going.follow());
      for (const file of ended) shown.delete(file);
      if (run && !isRunning(run) && run.expect.of > 0 && !judged.has(fileOf(run))) ended.add(fileOf(run));
      for (const file of ended) void list(vscode.Uri.parse(file));
    }),
  );
}

/** Shows the lines of files as running while a run of theirs goes on that this view did not start. */
class GoingRuns implements vscode.Disposable {
  private readonly shown = new Map<string, vscode.TestRun>();

  constructor(
    private readonly services: Services,
    private readonly tests: vscode.TestController,
    private readonly judged: ReadonlySet<string>,
  ) {}

  /** Gives the files of which none goes on any more. */
  follow(): string[] {
    const going = this.services.runs.running();
    for (const run of going) if (!this.shown.has(fileOf(run)) && !this.judged.has(fileOf(run))) this.show(run);
    const ended = [...this.shown.keys()].filter((file) => !going.some((run) => fileOf(run) === file));
    for (const file of ended) {
      this.shown.get(file)?.end();
      this.shown.delete(file);
    }
    return ended;
  }

  dispose(): void {
    for (const run of this.shown.values()) run.end();
  }

  private show(run: RunSummary): void {
    const items = [...(this.tests.items.get(fileOf(run))?.children ?? [])].map(([, line]) => line);
    if (items.length === 0) return;
    const shown = this.tests.createTestRun(new vscode.TestRunRequest(items), 'As the experiment is run', false);
    for (const item of items) shown.started(item);
    shown.token.onCancellationRequested(() => this.cancel(fileOf(run)));
    this.shown.set(fileOf(run), shown);
  }

  private cancel(file: string): void {
    const { runs, server } = this.services;
    for (const run of runs.running()) if (fileOf(run) === file) void server.request('cancelRun', { runId: run.id });
  }
}

/** The id of a file’s item. */
function fileOf({ uri }: RunSummary): string {
  return vscode.Uri.parse(uri).toString();
}

async function listExpectations(
  { server }: Services,
  tests: vscode.TestController,
  shown: Map<string, string>,
  uri: vscode.Uri,
): Promise<void> {
  const answer = await server.request('expectations', { uri: uri.toString() });
  if (!answer.ok || answer.value.length === 0) return tests.items.delete(uri.toString());
  const file = tests.createTestItem(uri.toString(), vscode.workspace.asRelativePath(uri), uri);
  file.children.replace(answer.value.map((expectation) => itemOf(tests, uri, expectation)));
  tests.items.add(file);
  const outcomes = JSON.stringify(answer.value.map(({ text, outcome }) => [text, outcome]));
  if (shown.get(file.id) !== outcomes) showJudged(tests, file, answer.value);
  shown.set(file.id, outcomes);
}

/** Whoever ran an experiment, what became of its lines is shown; a line that has changed since is shown as such. */
function showJudged(tests: vscode.TestController, file: vscode.TestItem, states: readonly ExpectationState[]): void {
  const judged = states.filter(({ outcome }) => outcome);
  if (judged.length === 0) return;
  const items = judged.flatMap(({ text }) => file.children.get(text) ?? []);
  const run = tests.createTestRun(new vscode.TestRunRequest(items), 'As the experiment was run', false);
  for (const state of judged) {
    const item = file.children.get(state.text);
    if (item) conclude(run, item, state);
  }
  run.end();
  const stale = judged.filter(({ outcome }) => outcome?.stale).flatMap(({ text }) => file.children.get(text) ?? []);
  if (stale.length > 0) tests.invalidateTestResults(stale);
}

function itemOf(tests: vscode.TestController, uri: vscode.Uri, { text, range }: ExpectationState): vscode.TestItem {
  const item = tests.createTestItem(text, text, uri);
  item.range = rangeOf(range);
  return item;
}

function rangeOf({ start, end }: ExpectationState['range']): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** Expectations of one file are judged by one run. */
async function runTests(
  services: Services,
  tests: vscode.TestController,
  request: vscode.TestRunRequest,
  judged: Set<string>,
) {
  const run = tests.createTestRun(request);
  for (const [file, wanted] of byFile(tests, request)) {
    for (const item of wanted) run.started(item);
    judged.add(file.id);
    await judge(services, run, file, wanted);
    judged.delete(file.id);
  }
  run.end();
}

function byFile(tests: vscode.TestController, { include, exclude = [] }: vscode.TestRunRequest) {
  const wanted = new Map<vscode.TestItem, vscode.TestItem[]>();
  const excluded = new Set(exclude);
  for (const item of include ?? [...tests.items].map(([, file]) => file)) {
    const file = item.parent ?? item;
    const lines = item.parent ? [item] : [...item.children].map(([, line]) => line);
    wanted.set(file, [...(wanted.get(file) ?? []), ...lines.filter((line) => !excluded.has(line))]);
  }
  return wanted;
}

async function judge(
  services: Services,
  run: vscode.TestRun,
  file: vscode.TestItem,
  wanted: readonly vscode.TestItem[],
): Promise<void> {
  const judged = await runAndJudge(services, file.id, run.token);
  for (const item of wanted) {
    if (!judged.ok) run.errored(item, new vscode.TestMessage(judged.problem.message));
    else if (judged.value === 'cancelled') run.skipped(item);
    else conclude(run, item, judged.value.get(item.id));
  }
}

/** Runs an experiment, and gives what became of its expectations by their text. */
async function runAndJudge(
  services: Services,
  uri: string,
  token: vscode.CancellationToken,
): Promise<Result<'cancelled' | Map<string, ExpectationState>>> {
  const started = await startRun(services, { uri });
  if (!started.ok) return started;
  const { runId, folder } = started.value;
  const cancelling = token.onCancellationRequested(() => services.server.request('cancelRun', { runId }));
  const ended = await services.runs.ended(folder);
  cancelling.dispose();
  if (ended.status === 'cancelled') return ok('cancelled');
  if (ended.problem && ended.expect.of === 0) return { ok: false, problem: ended.problem };
  const answer = await services.server.request('expectations', { uri });
  return answer.ok ? ok(new Map(answer.value.map((state) => [state.text, state]))) : answer;
}

function conclude(run: vscode.TestRun, item: vscode.TestItem, state: ExpectationState | undefined) {
  if (!state?.outcome) return run.errored(item, new vscode.TestMessage('The run did not judge this line.'));
  const { ok, actual } = state.outcome;
  if (ok) return run.passed(item);
  const message = new vscode.TestMessage(`Expected ${state.text}; it was ${actual ?? 'not measured'}.`);
  message.location = item.uri && item.range ? new vscode.Location(item.uri, item.range) : undefined;
  run.failed(item, message);
}
