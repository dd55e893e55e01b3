import { join } from 'node:path';
import { readExperiment } from '../../experiment/read.js';
import { LARGEST_TEXT } from '../../experiment/syntax/tree.js';
import { plugins } from '../../plugins/registry.js';
import type { Results } from '../../protocol/results.js';
import { overridesOf } from '../../protocol/runs/variant.js';
import type { Described } from '../../protocol/webview.js';
import { readPlain, UnfitFile } from '../../store/plain-file.js';
import { specHash } from '../../store/run-folder/control-files.js';
import { SPEC } from '../../store/run-folder/run-again.js';
import { writeMethods } from './write-methods.js';

/** What was done in a run, by its figures and its file. Of a file that is not the run's own nothing is taken. */
export async function describeRun(runFolder: string, results: Results): Promise<Described> {
  const spec = await readSpec(runFolder, results);
  const { file } = results.run;
  const overrides = overridesOf(results.run);
  // Settings that a plugin of somebody else's has are not known here; what is sound beside them is.
  const draft = spec === null ? undefined : readExperiment(spec, { file, env: {}, plugins, overrides }).draft;
  return { spec, methods: writeMethods(results, draft) };
}

async function readSpec(runFolder: string, { run }: Results): Promise<string | null> {
  try {
    const text = (await readPlain(join(runFolder, SPEC), 4 * LARGEST_TEXT)).toString('utf8');
    return specHash(text, overridesOf(run)) === run.specHash ? text : null;
  } catch (error) {
    if (error instanceof UnfitFile) return null;
    throw error;
  }
}
