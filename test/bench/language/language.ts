import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SERVER } from '../../support/yaml-language-server.js';
import { figure, median, note, type Section, table } from '../measure.js';
import { EMPTY_LINE_FROM_END, experimentOf, inModel, NAME_LINE } from './documents.js';
import { Editor, type Peer } from './editor.js';
import { slowestDocument } from './slowest-document.js';

const ROOT = join(import.meta.dirname, '../../..');
const SCHEMA = pathToFileURL(join(ROOT, 'schemas/experiment.schema.json')).href;
const URI = 'file:///benchmark/faces.experiment.yaml';
const KEYSTROKES = Number(process.env.LOOKALIKE_BENCH_KEYSTROKES ?? 200);
/** The peer takes seconds for each. */
const KEYSTROKES_IN_LARGE = 40;
const STARTS = 10;
/** redhat's server waits so long before it looks at what was typed (validationDelay in its settings). */
const PEERS_DELAY = 200;

const LOOKALIKE: Peer = {
  name: 'lookalike',
  command: [join(ROOT, 'bin/lookalike.mjs'), 'lsp', '--stdio'],
  languageId: 'lookalike-experiment',
  settings: {},
};
const PEERS_VERSION: string = createRequire(import.meta.url)('yaml-language-server/package.json').version;
const REDHAT: Peer = {
  name: 'yaml-language-server',
  command: [SERVER, '--stdio'],
  languageId: 'yaml',
  settings: { yaml: { schemas: { [SCHEMA]: ['*.experiment.yaml'] }, schemaStore: { enable: false }, validate: true } },
};

/** From a keystroke to diagnostics and completions, beside redhat's server with our schema, both over streams. */
export async function benchLanguage(): Promise<Section> {
  const sizes = [
    await rowsFor(60),
    await rowsFor(1000),
    await rowsFor(10_000, Math.min(KEYSTROKES, KEYSTROKES_IN_LARGE)),
  ];
  const rows = [...sizes.flat(), await startRow()];
  const head = ['Milliseconds', 'lookalike p50', 'p95', 'yaml-language-server p50', 'p95', 'ratio at p95'];
  note('language: random documents');
  const { milliseconds, count } = await slowestDocument(Number(process.env.LOOKALIKE_BENCH_DOCUMENTS ?? 20_000));
  const body = `yaml-language-server ${PEERS_VERSION}.

${table(head, rows)}

Diagnostics of the version that a keystroke made; a half-typed key, and the completions behind it; what stands before a
keystroke, asked for at once. Of the two figures the second is the 95th percentile. Both
servers have one fault to report and the same text; yaml-language-server has schemas/experiment.schema.json. It waits
${PEERS_DELAY} ms before it validates: "without its delay" takes them off.

Of a completion in 60 lines the server took 1.7 ms of the processor: half of it to parse the section with the word in it, four times
over, a quarter to make the JSON Schema of each key whose type it names. It parses once where brackets and lists are out of the question, and says of a
key once what it is: 0.4 ms. As long again the answer waited for diagnostics, as the connection writes a message two turns of
the event loop after it is sent. At 10,000 lines a hover copied every node that the edit had moved and read the experiment
around the one plugin that it shows, and a half-typed key made the server forget what it had read: it took 44 ms (p95 58).

Of ${count.toLocaleString('en')} random and mutated documents the slowest took ${figure(milliseconds)} ms for every feature together.`;
  return { name: 'language', title: 'Language server', body };
}

async function rowsFor(lines: number, keystrokes = KEYSTROKES): Promise<string[][]> {
  note(`language: ${lines} lines`);
  const text = experimentOf(lines);
  const editors = [new Editor(LOOKALIKE), new Editor(REDHAT)];
  const typed: number[][] = [[], []];
  const inside: number[][] = [[], []];
  const completed: number[][] = [[], []];
  const hovered: number[] = [];
  for (const editor of editors) await begin(editor, text);
  const word = { line: text.split('\n').length - EMPTY_LINE_FROM_END, character: 2 };
  const model = inModel(lines);
  for (let n = 0; n < keystrokes; n += 1) {
    for (const [which, editor] of editors.entries()) {
      typed[which].push(await editor.type(URI, { line: NAME_LINE, character: 6 }, 'x'));
      inside[which].push(await editor.type(URI, model, 'x'));
      await editor.erase(URI, model, 1);
      const { milliseconds, items } = await editor.complete(URI, word, 'mod');
      if (items === 0) throw new Error('A server offers nothing');
      completed[which].push(milliseconds);
      await editor.erase(URI, word, 3);
    }
    hovered.push(await editors[0].hover(URI, model, 'x'));
    await editors[0].erase(URI, model, 1);
  }
  for (const editor of editors) await editor.close();
  const undelayed = (times: readonly number[]) => times.map((time) => Math.max(0, time - PEERS_DELAY));
  const size = `${lines.toLocaleString('en')} lines`;
  return [
    row(`keystroke in \`name\` → diagnostics, ${size}`, typed[0], typed[1]),
    row('… without its delay', typed[0], undelayed(typed[1])),
    row(`keystroke in the middle of the models → diagnostics, ${size}`, inside[0], inside[1]),
    row('… without its delay', inside[0], undelayed(inside[1])),
    row(`keystroke → completions, ${size}`, completed[0], completed[1]),
    [`keystroke → hover, ${size}`, figure(median(hovered)), figure(at95(hovered)), '', '', ''],
  ];
}

async function begin(editor: Editor, text: string): Promise<void> {
  await editor.initialize();
  await editor.open(URI, text);
}

async function startRow(): Promise<string[]> {
  note('language: start');
  const times: number[][] = [[], []];
  for (let n = 0; n < STARTS; n += 1) {
    for (const [which, peer] of [LOOKALIKE, REDHAT].entries()) {
      const started = performance.now();
      const editor = new Editor(peer);
      await editor.initialize();
      await editor.open(URI, experimentOf(60));
      times[which].push(performance.now() - started);
      await editor.close();
    }
  }
  return row('start → first diagnostics, 60 lines', times[0], times[1]);
}

function row(what: string, ours: readonly number[], theirs: readonly number[]): string[] {
  const [our95, their95] = [at95(ours), at95(theirs)];
  const cells = [median(ours), our95, median(theirs), their95].map(figure);
  return [what, ...cells, `${figure(their95 / our95)} ×`];
}

function at95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)];
}
