import { statSync } from 'node:fs';
import { join } from 'node:path';
import { modelsFolder } from '../plugins/clip/models-folder.js';
import type { Plugin } from '../plugins/declare.js';
import { pluginsOf } from '../plugins/registry.js';
import { fail } from '../protocol/errors.js';
import { EXIT } from './exit.js';
import { type FetchArguments, fetchWeights } from './fetch-weights.js';
import { printProblem, say } from './print.js';
import { textTable } from './table.js';

/** `lookalike models [list|fetch NAME]`. */
export async function models(action: string, name: string | undefined, options: FetchArguments): Promise<number> {
  if (action === 'list') return list();
  if (action === 'fetch') return fetchModel(name, options);
  return printProblem(fail('invalid-argument', `"${action}" is neither list nor fetch`).problem, EXIT.usage);
}

function list(): number {
  const rows = pluginsOf('model').map((plugin) => [plugin.name, plugin.title, weightsOf(plugin)]);
  say(process.stdout, `${textTable(['model', 'what it is', 'weights'], rows)}`);
  return EXIT.done;
}

/** Which of a model's weights are on this machine. */
function weightsOf({ name, published }: Plugin<'model'>): string {
  if (!published) return name === 'onnx' ? 'your own file' : 'come with the product';
  const there = Object.entries(published.precisions).filter(([, { image }]) =>
    isFile(join(modelsFolder(), name, image)),
  );
  return there.length > 0 ? `fetched: ${there.map(([precision]) => precision).join(', ')}` : 'to be fetched';
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

async function fetchModel(name: string | undefined, options: FetchArguments): Promise<number> {
  const known = pluginsOf('model').find((plugin) => plugin.name === name);
  if (!known) return printProblem(unknownModel(name).problem, EXIT.usage);
  if (known.published) return fetchWeights(known.name, known.published, options);
  say(process.stdout, `${known.name} needs no download`);
  return EXIT.done;
}

function unknownModel(name: string | undefined) {
  const published = pluginsOf('model').filter((plugin) => plugin.published);
  const hint = `There are ${published.map((plugin) => plugin.name).join(', ')}.`;
  if (name === undefined) return fail('invalid-argument', 'Say which model to fetch', { hint });
  return fail('unknown-plugin', `There is no model named ${name}`, { hint });
}
