import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { Tensor } from 'onnxruntime-node';
import { CHIP_SIZE } from '../../../server/src/compute/faces/graphs/recognition.js';
import { FaceLocator } from '../../../server/src/compute/faces/locator.js';
import { recognitionModel } from '../../../server/src/compute/faces/recogniser.js';
import { recognitionSurrogate } from '../../../server/src/compute/faces/surrogate.js';
import type { BatchAttack } from '../../../server/src/compute/perturbations/face-attack.js';
import { Fawkes } from '../../../server/src/compute/perturbations/fawkes/fawkes.js';
import { fawkesSettings } from '../../../server/src/compute/perturbations/fawkes/settings.js';
import { openLowKey } from '../../../server/src/compute/perturbations/lowkey/lowkey.js';
import { DSSIM_WEIGHT } from '../../../server/src/compute/perturbations/lowkey/settings.js';
import { openPhotograph, type Photograph } from '../../../server/src/compute/perturbations/photograph.js';
import { openSession } from '../../../server/src/compute/session.js';
import type { Surrogate } from '../../../server/src/plugins/declare.js';
import type { Result } from '../../../server/src/protocol/errors.js';
import { listed } from '../../support/photographs.js';
import { figure, median, note, type Section, secondsOf, spread, table } from '../measure.js';
import { photographs } from '../photographs.js';
import { fawkesStep, type KnownStep, lowkeyStep } from './first-steps.js';
import { pythonWithTorch, TorchPeer } from './torch-peer.js';

const ROUNDS = Number(process.env.LOOKALIKE_BENCH_ROUNDS ?? 9);
/** What a step costs is the difference of two runs, one with so many steps more. */
const STEPS = [1, 11] as const;
const BATCH = 8;
/** Photographs that LowKey is given at once. */
const AT_ONCE = 4;
/** Photographs among which the largest face is looked for. */
const LOOKED_THROUGH = 48;
const LOCATOR = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048 } as const;
const FORWARD_REPEATS = 5;

interface Contest {
  readonly name: string;
  readonly attacks: readonly [BatchAttack, BatchAttack];
  readonly photographs: readonly Photograph[];
  /** How many chips a step puts through the network. */
  readonly chips: number;
  readonly peer?: TorchPeer;
  /** How many of the peer's steps one of ours is as much as. */
  readonly peerSteps?: number;
}

/** Milliseconds in each round. */
interface Rounds {
  readonly forward: number[];
  readonly step: number[];
  readonly peer: number[];
}

/** What a whole step of an attack costs in forward passes of the recognition network over the same number of chips. */
export async function benchAttackSteps(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const threads = availableParallelism();
  const { what, files } = await photographs(LOOKED_THROUGH, folder);
  const opened = await openAll(files, folder, threads);
  const network = await openSession(await recognitionModel(folder), { threads });
  const rows: string[][] = [];
  const all = await contests(opened, folder, threads);
  for (const contest of all) rows.push(await measured(contest, network));
  await rm(folder, { recursive: true });
  return { name: 'steps', title: 'What a step of an attack costs', body: bodyOf(what, rows, all[0].peer?.version) };
}

function bodyOf(what: string, rows: readonly (readonly string[])[], torch: string | undefined): string {
  const head = ['', 'chips a step', 'forward pass, ms', 'whole step, ms', 'step / forward pass'];
  const peer = torch
    ? `PyTorch ${torch} takes the\nsame step from the same state, in a process of its own; in double precision it finds the same loss and gradient, to 1e-3.`
    : '';
  return `${ROUNDS} rounds on ${what}, the forward passes of the recognition network over the same number of chips in turn
with the attack. A step is all of it: change, warp, blur, network, loss, gradient, optimiser. ${peer}

${table([...head, ...(torch ? ['PyTorch’s step, ms', 'Lookalike is faster by'] : [])], rows)}

Several photographs at once are searched for by a thread a core, eight at the most, to the same bytes; PyTorch's step is taken as
often. Two processes of one core each took 28 steps of a photograph a second where one of two cores took 17, since cores that share
each small layer wait for each other.

What was tried on a step, with every bit of its results kept: gradients of means over windows side by side as copies in place of
products with a matrix, and no sums where sizes that are free are known to be alike, took 11 % from the processor time of a step on
378 × 378 pixels that are averaged by two, 3 % where they are not; numbers looked at by a loop in place of \`every\` take 0.5 in place of
3.5 ms of the one thread that all others wait for. The Gaussian windows of SSIM are a tenth of such a step: as images of one channel
they took twice as long, as products with band matrices too, and in sixteen channels, seven of them empty, as long as now, to other bits.`;
}

async function contests(found: readonly Photograph[], folder: string, threads: number): Promise<Contest[]> {
  const all = found.slice(0, BATCH);
  const large = found.reduce((largest, each) => (sideOf(each) > sideOf(largest) ? each : largest));
  const surrogate = await recognitionSurrogate({ align: 'dlib', mirror: false }, folder);
  const surrogates = { all: [surrogate], batch: null };
  const published = fawkesSettings('mid', 'published');
  const fawkes = (steps: number) =>
    Fawkes.load({ settings: { ...published, steps }, seed: 1, aimed: false }, surrogates, threads);
  const lowkey = (steps: number) =>
    openLowKey({ steps, seed: 1, perception: { weight: DSSIM_WEIGHT } }, surrogates, threads);
  const peers = await torchPeers(all, large, surrogate, folder, threads);
  const name = `\`lowkey\`, a face of ${Math.round(sideOf(large))} pixels`;
  return [
    { name: '`fawkes`', attacks: await both(fawkes), photographs: all, chips: all.length, peer: peers?.fawkes },
    {
      name: `\`lowkey\`, a face of ${Math.round(sideOf(all[0]))} pixels`,
      attacks: await both(lowkey),
      photographs: all.slice(0, 1),
      chips: 4,
      peer: peers?.lowkey,
    },
    { name, attacks: await both(lowkey), photographs: [large], chips: 4, peer: peers?.large },
    {
      name: `\`lowkey\`, ${AT_ONCE} photographs at once, a face of ${Math.round(sideOf(all[0]))} pixels each`,
      attacks: await both(lowkey),
      photographs: Array.from({ length: AT_ONCE }, () => all[0]),
      chips: 4 * AT_ONCE,
      peer: peers?.lowkey,
      peerSteps: AT_ONCE,
    },
  ];
}

/** Of the largest face's box, in the photograph's pixels. */
function sideOf({ face: { box } }: Photograph): number {
  return Math.max(box.right - box.left, box.bottom - box.top);
}

async function torchPeers(
  all: readonly Photograph[],
  large: Photograph,
  surrogate: Surrogate,
  folder: string,
  threads: number,
) {
  const python = pythonWithTorch();
  if (python === undefined) {
    note('PyTorch is left out: no Python here has it');
    return undefined;
  }
  const peer = (attack: 'fawkes' | 'lowkey', step: KnownStep) =>
    TorchPeer.prepare(python, attack, step, surrogate.network, folder, threads);
  return {
    fawkes: await peer('fawkes', await fawkesStep(all, surrogate, threads)),
    lowkey: await peer('lowkey', await lowkeyStep(all[0], surrogate, threads)),
    large: await peer('lowkey', await lowkeyStep(large, surrogate, threads)),
  };
}

async function both(load: (steps: number) => Promise<Result<BatchAttack>>): Promise<[BatchAttack, BatchAttack]> {
  const [few, many] = [await load(STEPS[0]), await load(STEPS[1])];
  if (!few.ok || !many.ok) throw new Error('The attack cannot be loaded');
  return [few.value, many.value];
}

async function measured(contest: Contest, network: InferenceSession): Promise<string[]> {
  const { name, chips, peer } = contest;
  const { forward, step, peer: theirs } = await timed(contest, network);
  const ratio = (a: readonly number[], b: readonly number[]) => spread(a.map((ms, n) => ms / b[n]));
  const row = [name, String(chips), figure(median(forward)), figure(median(step)), ratio(step, forward)];
  return peer ? [...row, figure(median(theirs)), ratio(theirs, step)] : row;
}

async function timed(contest: Contest, network: InferenceSession): Promise<Rounds> {
  const { name, attacks, photographs, chips, peer, peerSteps = 1 } = contest;
  const shape = [chips, 3, CHIP_SIZE, CHIP_SIZE];
  const chip = new Tensor('float32', new Float32Array(chips * 3 * CHIP_SIZE ** 2).fill(128), shape);
  const context = { signal: new AbortController().signal, progress: () => undefined };
  const steps = STEPS[1] - STEPS[0];
  const rounds: Rounds = { forward: [], step: [], peer: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const passes = await secondsOf(async () => {
      for (let n = 0; n < FORWARD_REPEATS; n++) await network.run({ chip });
    });
    const few = await secondsOf(() => attacks[0].perturb(photographs, context));
    const many = await secondsOf(() => attacks[1].perturb(photographs, context));
    // The first round warms up.
    if (round < 0) continue;
    rounds.forward.push((1000 * passes) / FORWARD_REPEATS);
    rounds.step.push((1000 * (many - few)) / steps);
    if (peer) rounds.peer.push((1000 * peerSteps * peer.run(steps).seconds) / steps);
    const [forward, step, theirs] = [rounds.forward[round], rounds.step[round], rounds.peer[round]];
    note(
      `${name}, round ${round + 1} of ${ROUNDS}: ${figure(step / forward)} forward passes, ${theirs ? figure(theirs / step) : '–'} × PyTorch`,
    );
  }
  return rounds;
}

async function openAll(files: readonly string[], folder: string, threads: number): Promise<Photograph[]> {
  const locator = await FaceLocator.load(LOCATOR, folder, threads);
  const opened = await Promise.all(
    files.map(async (file) => openPhotograph(await listed({ id: file, file, identity: null }), locator)),
  );
  await locator.close();
  return opened.flatMap((one) => ('photograph' in one ? [one.photograph] : []));
}
