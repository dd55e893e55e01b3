import Table from 'cli-table3';
import { pluginsOf } from '../plugins/registry.js';
import { EXIT } from './exit.js';

/** `lookalike models [list|fetch NAME]`. */
export async function models(action: string, name?: string): Promise<number> {
  if (action === 'list') return list();
  if (action === 'fetch') return fetchModel(name);
  process.stderr.write(`error invalid-argument "${action}" is neither list nor fetch\n`);
  return EXIT.usage;
}

function list(): number {
  const table = new Table({ head: ['model', 'what it is'], style: { head: [], border: [] } });
  for (const { name, title } of pluginsOf('model')) table.push([name, title]);
  process.stdout.write(`${table.toString()}\n`);
  return EXIT.done;
}

/** Every model of this version comes with the product or is a file of the user's own. */
function fetchModel(name?: string): number {
  const known = pluginsOf('model').find((plugin) => plugin.name === name);
  if (!known) {
    process.stderr.write(`error unknown-plugin There is no model named ${name ?? '(no name given)'}\n`);
    return EXIT.usage;
  }
  process.stdout.write(`${known.name} needs no download\n`);
  return EXIT.done;
}
