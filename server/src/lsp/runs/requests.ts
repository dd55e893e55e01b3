import { join } from 'node:path';
import { URI } from 'vscode-uri';
import { readText } from '../../experiment/syntax/read-text.js';
import { readTemplates } from '../../experiment/templates.js';
import { compareRuns } from '../../history/compare-runs.js';
import { purge } from '../../history/purge.js';
import { readRun } from '../../history/read-run.js';
import { readRunAgain } from '../../history/run-again.js';
import { ExperimentDocument } from '../../language/document.js';
import { setThreshold } from '../../language/edit/set-threshold.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { ParsedParams, RequestName, RequestResult } from '../../protocol/lsp.js';
import { readImages } from '../../report/read-images.js';
import { usable } from '../../report/read-neighbours.js';
import { readQueryDetails } from '../../report/read-query-details.js';
import { figureFiles } from '../../report/write-figures.js';
import { readReport, writeReport } from '../../report/write-report.js';
import { homeOf } from '../../store/home.js';
import { removeRunFolder } from '../../store/run-folder/run-folder.js';
import { writeRunNote } from '../../store/run-folder/run-note.js';
import { findVerifierFiles } from '../../store/run-folder/verifier-files.js';
import { expectationStates } from './expectation-states.js';
import { Explorations } from './explorations.js';
import { QueryTables } from './query-tables.js';
import { countRuns, RunRows } from './run-rows.js';
import type { RunsHost } from './runs-host.js';
import type { ServerRuns } from './server-runs.js';

const NO_DISTANCES = 'The run keeps no distances by which another threshold can be looked at';
const RUN_AGAIN = { hint: 'Run the experiment again: it has them from its threshold on.' };

export type RequestHandlers = {
  readonly [N in RequestName]: (params: ParsedParams<N>, signal: AbortSignal) => Promise<RequestResult<N>>;
};

/**
 * What answers the requests of `protocol/lsp.ts`. A client is not believed: a run's folder must be one of a known
 * private folder, and an experiment's file be open or in the workspace.
 */
export function requestHandlers(runs: ServerRuns, host: RunsHost): RequestHandlers {
  const tables = new QueryTables();
  const rows = new RunRows(host);
  const explorations = new Explorations(host);
  const document = async (uri: string) => {
    const found = await documentOf(host, uri);
    if (found.ok) runs.homes.add(found.value.file);
    return found;
  };
  const locate = (folder: string) => runs.homes.locate(folder);
  const locateAll = async (folders: readonly string[]): Promise<Result<string[]>> => {
    const located = await Promise.all(folders.map(locate));
    return located.find((one) => !one.ok) ?? ok(located.flatMap((one) => (one.ok ? one.value : [])));
  };
  return {
    startRun: ({ uri, ...settings }) =>
      chain(document(uri), async (experiment) => {
        const started = await runs.live.start(experiment, settings);
        return started.ok ? ok({ runId: started.value.id, folder: started.value.folder }) : started;
      }),

    async cancelRun({ runId }) {
      const cancelled = await runs.live.cancel(runId);
      return cancelled.ok ? ok({}) : cancelled;
    },

    listRuns: async ({ uri, newest }) =>
      uri === undefined
        ? ok(await runs.list({ newest }))
        : chain(document(uri), async ({ file }) => ok(await runs.list({ file, newest }))),
    async countRuns() {
      const counts = await Promise.all(runs.homes.all().map(countRuns));
      return ok({ runs: counts.reduce((sum, one) => sum + one, 0) });
    },

    runRows: async (params) => ok(await rows.page(runs.homes.all(), params)),
    async rowsOfRuns({ folders }) {
      const located = await Promise.all(folders.map(async (folder) => ({ folder, found: await locate(folder) })));
      return ok(await rows.of(located.flatMap(({ folder, found }) => (found.ok ? folder : []))));
    },
    noteRun: ({ folder, note }) =>
      chain(locate(folder), async (located) => {
        const written = await writeRunNote(located, note);
        return written.ok ? ok({}) : written;
      }),
    rerun: ({ folder, allow }) =>
      chain(locate(folder), async (located) => {
        const again = await readRunAgain(located);
        if (!again.ok) return again;
        const { file, text, set, stage } = again.value;
        const experiment = ExperimentDocument.open(URI.file(file).toString(), 0, text, host.services());
        const settings = { set: [...set], stage, variant: [], useCache: true, allow };
        const started = await runs.live.start(experiment, settings, true);
        return started.ok ? ok({ runId: started.value.id, folder: started.value.folder }) : started;
      }),

    readRun: ({ folders, neighbours }) =>
      chain(locateAll(folders), async ([first = '', ...others]) => {
        const report = await readReport(first, { compare: others, neighbours, unfinished: true });
        return report.ok ? ok(report.value.data) : report;
      }),

    compareRuns: ({ folders }) => chain(locateAll(folders), (located) => compareRuns(located, host.services())),

    queryRows: (params) => chain(locate(params.folder), (folder) => tables.page({ ...params, folder })),
    exportQueries: (params) => chain(locate(params.folder), (folder) => tables.export({ ...params, folder })),
    readQueries: ({ folder, ids }) => chain(locate(folder), (located) => readQueryDetails(located, ids)),

    verifierDistances: ({ folder }) =>
      chain(locate(folder), async (located) => {
        const found = await usable(() => findVerifierFiles(located));
        if (!found.ok) return found;
        return found.value ? ok(found.value) : fail('verifier-distances-missing', NO_DISTANCES, RUN_AGAIN);
      }),

    setThreshold: ({ folder, form, value }) =>
      chain(locate(folder), async (located) => {
        const uri = (await readRun(located))?.summary.uri ?? '';
        return chain(document(uri), async (experiment) => {
          const change = setThreshold(experiment, form, value);
          if (!change.ok) return change;
          const { start, end, text } = change.value;
          return ok({ uri, range: experiment.range(start, end), newText: text });
        });
      }),

    people: ({ folder: named, ...of }) => chain(locate(named), (folder) => explorations.people({ folder, named }, of)),
    similarities: ({ folder: named, ...of }) =>
      chain(locate(named), (folder) => explorations.similarities({ folder, named }, of)),
    faceMap: ({ folder: named, ...of }) => chain(locate(named), (folder) => explorations.map({ folder, named }, of)),
    stopExploring: ({ folder }) =>
      chain(locate(folder), async (located) => {
        explorations.stop(located);
        return ok({});
      }),
    readImages: ({ folder, places }) => chain(locate(folder), (located) => readImages(located, places)),

    deleteRun: ({ folder }) =>
      chain(locate(folder), async (located) => {
        const removed = await removeRunFolder(located);
        if (!removed.ok) return removed;
        await runs.forget(folder);
        return ok({});
      }),

    writeReport: ({ folder, photographs }) =>
      chain(locate(folder), async (located) => {
        const file = join(located, 'report.html');
        const written = await writeReport(located, file, { photographs });
        return written.ok ? ok({ file }) : written;
      }),
    drawFigures: ({ folders, choice }) =>
      chain(locateAll(folders), async ([first = '', ...others]) => {
        const made = await figureFiles(first, choice, others);
        return made.ok ? ok({ files: made.value.files }) : made;
      }),

    purge: ({ uri }) =>
      chain(document(uri), async ({ file }) => {
        const home = homeOf(file);
        await runs.searches.close(uri);
        const purged = await purge(home, { plugins: host.services().plugins, allow: [] });
        await runs.learn();
        if (!purged.ok) return purged;
        return ok({ removed: home, left: [...purged.value.left, ...purged.value.elsewhere.left] });
      }),

    expectations: ({ uri }) =>
      chain(document(uri), async (experiment) => {
        await runs.list();
        return ok(expectationStates(experiment, runs.of(experiment)));
      }),

    openSearch: ({ uri, allow }) => chain(document(uri), (experiment) => runs.searches.start(experiment, { allow })),
    search: ({ uri, ...search }, signal) => runs.searches.search(uri, search, signal),
    async closeSearch({ uri }) {
      await runs.searches.close(uri);
      return ok({});
    },

    templates: async () => ok(await readTemplates()),
    plan: ({ uri }, signal) => chain(document(uri), (experiment) => runs.planner.plan(experiment, signal)),
  };
}

/** The next step with the value of the one before, or its problem. */
async function chain<T, U>(before: Promise<Result<T>>, next: (value: T) => Promise<Result<U>>): Promise<Result<U>> {
  const result = await before;
  return result.ok ? next(result.value) : result;
}

async function documentOf(host: RunsHost, uri: string): Promise<Result<ExperimentDocument>> {
  const open = host.openDocument(uri);
  if (open) return ok(open);
  const services = host.services();
  const file = URI.parse(uri).fsPath;
  if (!uri.startsWith('file:') || !services.workspaceFolderOf(file)) {
    return fail('file-not-here', `${uri} is neither open nor in the workspace`, { hint: 'Open it first.' });
  }
  const text = await readText(file);
  return text.ok ? ok(ExperimentDocument.open(uri, 0, text.value, services)) : text;
}
