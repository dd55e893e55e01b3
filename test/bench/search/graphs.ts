import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { axisX, axisY, gridX, gridY } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import {
  CURVE_AXIS,
  CURVE_AXIS_X,
  CURVE_GRID,
  curveChart,
  curveMarks,
  curveStyle,
} from '../../../client/webview/charts/curve.js';
import { paperFigure } from '../../../client/webview/charts/paper/paper-figure.js';
import { drawOn } from '../../../client/webview/charts/plot-svg.js';
import { paperChoiceSchema } from '../../../server/src/protocol/images/paper-choice.js';
import { figure, median, note, type Section, table, versionOf } from '../measure.js';
import type { Asked, Built } from './graph-child.js';

const ROWS = 50_000;
const DIMENSION = 512;
const QUERIES = 2000;
const K = 6;
const ROUNDS = 5;
const CANDIDATES = [10, 20, 40, 100, 200];
const LIBRARIES = ['hnswlib-node', 'usearch'] as const;
const CHART = fileURLToPath(new URL('../../../docs/images/recall.svg', import.meta.url));
const MODULES = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

/** What follows from it, and from what the packages are: nothing of it is measured here. */
const DECISION = `The index \`hnsw\` keeps hnswlib-node. usearch would spare a compiler: its package has modules for Linux
(glibc 2.34, x64 and arm64), macOS and Windows (x64), 11 MB of them. But it asks for Node 22, runs a script when it is installed,
as no package that Lookalike cannot do without does, and gives no vector back that it holds: true distances would take a second copy of all.`;

interface Measured {
  readonly name: string;
  readonly built: Built;
  readonly packageMb: number;
  readonly curve: readonly (Asked & { readonly candidates: number })[];
}

/** Graphs of near neighbours by two libraries: what building one costs, and how many of the neighbours are found how fast. */
export async function benchGraphs(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const children = await Promise.all(LIBRARIES.map((library) => built(library, folder)));
  const rates = children.map(() => CANDIDATES.map(() => [] as number[]));
  const recall = children.map(() => CANDIDATES.map(() => 0));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, candidates] of CANDIDATES.entries()) {
      for (const [n, { child, name }] of children.entries()) {
        child.send(candidates);
        const [said] = (await once(child, 'message')) as [Asked];
        rates[n]![at]!.push(said.perSecond);
        recall[n]![at] = said.recall;
        note(`graphs, round ${round + 1} of ${ROUNDS}: ${name}, ${candidates}: ${figure(said.perSecond)} queries/s`);
      }
    }
  }
  for (const { child } of children) child.disconnect();
  await rm(folder, { recursive: true, force: true });
  const all = children.map(({ name, built, packageMb }, n) => ({
    ...{ name, built, packageMb },
    curve: CANDIDATES.map((candidates, at) => ({
      candidates,
      perSecond: median(rates[n]![at]!),
      recall: recall[n]![at]!,
    })),
  }));
  await writeFile(CHART, chartOf(all));
  return { name: 'graphs', title: 'Approximate search: hnswlib-node and usearch', body: bodyOf(all) };
}

/** Both are built at once, each by one thread on a core of its own. */
async function built(library: (typeof LIBRARIES)[number], folder: string) {
  const child: ChildProcess = fork(
    fileURLToPath(new URL('./graph-child.ts', import.meta.url)),
    [library, ROWS, DIMENSION, QUERIES, K, join(folder, library)].map(String),
    { execArgv: ['--import', 'tsx'] },
  );
  const [built] = (await once(child, 'message')) as [Built];
  note(`graphs: ${library} built in ${figure(built.seconds)} s`);
  return {
    child,
    built,
    name: `${library} ${versionOf(library)}`,
    packageMb: await megabytesIn(join(MODULES, library)),
  };
}

async function megabytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20;
}

function bodyOf(all: readonly Measured[]): string {
  const [own, other] = all as [Measured, Measured];
  return `${ROWS.toLocaleString('en')} × ${DIMENSION} vectors that lie as faces' do, 16 links, 200 candidates while it is built, by one thread each, both at once;
${QUERIES.toLocaleString('en')} of them are searched for, one after the other, by one thread, medians of ${ROUNDS} rounds in turn. Of 202,599 one graph takes
over ten minutes to build. ${DECISION}

${table(
  ['', 'seconds to build', 'memory, MB', 'file, MB', 'package as installed, MB'],
  all.map(({ name, built, packageMb }) => [
    name,
    ...[built.seconds, built.memoryMb, built.fileMb, packageMb].map(figure),
  ]),
)}

${table(
  ['candidates', ...all.flatMap(({ name }) => [`${name}: recall@${K}`, 'queries/s']), 'queries/s, ratio'],
  CANDIDATES.map((candidates, at) => [
    String(candidates),
    ...all.flatMap(({ curve }) => [`${(100 * curve[at]!.recall).toFixed(2)} %`, figure(curve[at]!.perSecond)]),
    `${figure(own.curve[at]!.perSecond / other.curve[at]!.perSecond)} ×`,
  ]),
)}

![Queries a second over recall@${K}](images/recall.svg)`;
}

/** Queries a second over recall, for paper as a report's figures are. */
function chartOf(all: readonly Measured[]): string {
  drawOn(parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document);
  const curves = all.map(({ name, curve }, n) => ({
    ...curveStyle(n, n),
    label: name,
    points: curve.map(({ recall, perSecond }) => ({ x: recall, y: perSecond })),
  }));
  const points = curves.flatMap((curve) => curve.points);
  const said = curves.map(({ label, points }) =>
    [label, ...points.map(({ x, y }) => `${figure(y)} queries/s at ${figure(x)}`)].join(', '),
  );
  const draw = (width: number) =>
    curveChart(
      curves,
      {
        ariaLabel: `Queries a second over recall@${K}. ${said.join('; ')}`,
        width,
        x: { domain: [Math.min(...points.map(({ x }) => x)), 1], label: null, nice: true },
        y: {
          type: 'log',
          domain: [Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ y }) => y))],
          label: null,
          nice: true,
        },
        below: [
          gridX({ ...CURVE_GRID, ticks: 5 }),
          gridY({ ...CURVE_GRID, ticks: 4 }),
          axisY({ ...CURVE_AXIS, ticks: 4, tickFormat: (tick: number) => String(tick), label: 'queries a second' }),
          axisX({ ...CURVE_AXIS_X, ticks: 5, label: `recall@${K}` }),
        ],
      },
      (curve) => curveMarks(curve, curve.points, curve.points),
    );
  return paperFigure(draw, paperChoiceSchema.parse({ width: '1col' })).svg;
}
