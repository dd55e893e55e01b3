import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { Tensor } from 'onnxruntime-node';
import { CHIP_SIZE } from '../../server/src/compute/faces/graphs/recognition.js';
import { FaceLocator } from '../../server/src/compute/faces/locator.js';
import { recognitionModel } from '../../server/src/compute/faces/recogniser.js';
import { recognitionSurrogate } from '../../server/src/compute/faces/surrogate.js';
import type { BatchAttack } from '../../server/src/compute/perturbations/face-attack.js';
import { Fawkes } from '../../server/src/compute/perturbations/fawkes/fawkes.js';
import { fawkesSettings } from '../../server/src/compute/perturbations/fawkes/settings.js';
import { LowKey } from '../../server/src/compute/perturbations/lowkey/lowkey.js';
import { DSSIM_WEIGHT } from '../../server/src/compute/perturbations/lowkey/settings.js';
import { openPhotograph, type Photograph } from '../../server/src/compute/perturbations/photograph.js';
import { openSession } from '../../server/src/compute/session.js';
import type { Result } from '../../server/src/protocol/errors.js';
import { figure, median, note, type Section, secondsOf, table } from './measure.js';
import { photographs } from './photographs.js';

const ROUNDS = 9;
/** What a step costs is the difference of two runs, one with so many steps more. */
const STEPS = [1, 11] as const;
const BATCH = 8;
const LOCATOR = { detector: 'ssd', minConfidence: 0.3 } as const;
const FORWARD_REPEATS = 5;

interface Contest {
  readonly name: string;
  readonly attacks: readonly [BatchAttack, BatchAttack];
  readonly photographs: readonly Photograph[];
  /** How many chips a step puts through the network. */
  readonly chips: number;
}

/** What a whole step of an attack costs in forward passes of the recognition network over the same number of chips. */
export async function benchAttackSteps(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const threads = availableParallelism();
  const { what, files } = await photographs(BATCH, folder);
  const opened = await openAll(files, folder, threads);
  const network = await openSession(await recognitionModel(folder), { threads });
  const rows: string[][] = [];
  for (const contest of await contests(opened, folder, threads)) rows.push(await measured(contest, network));
  await rm(folder, { recursive: true });
  const head = ['', 'chips a step', 'forward pass, ms', 'whole step, ms', 'step / forward pass'];
  const body = `${ROUNDS} rounds on ${what}, the forward passes of the recognition network over the same number of chips in turn
with the attack. A step is all of it: change, warp, blur, network, loss, gradient, optimiser.\n\n${table(head, rows)}`;
  return { name: 'steps', title: 'What a step of an attack costs', body };
}

async function contests(all: readonly Photograph[], folder: string, threads: number): Promise<Contest[]> {
  const surrogate = await recognitionSurrogate({ align: 'dlib', mirror: false }, folder);
  const surrogates = { all: [surrogate], batch: null };
  const published = fawkesSettings('mid', 'published');
  const fawkes = (steps: number) => Fawkes.load({ settings: { ...published, steps }, seed: 1 }, surrogates, threads);
  const lowkey = (steps: number) =>
    LowKey.load({ steps, seed: 1, perception: { weight: DSSIM_WEIGHT } }, surrogates, threads);
  return [
    { name: '`fawkes`', attacks: await both(fawkes), photographs: all, chips: all.length },
    { name: '`lowkey`', attacks: await both(lowkey), photographs: all.slice(0, 1), chips: 4 },
  ];
}

async function both(load: (steps: number) => Promise<Result<BatchAttack>>): Promise<[BatchAttack, BatchAttack]> {
  const [few, many] = [await load(STEPS[0]), await load(STEPS[1])];
  if (!few.ok || !many.ok) throw new Error('The attack cannot be loaded');
  return [few.value, many.value];
}

async function measured({ name, attacks, photographs, chips }: Contest, network: InferenceSession): Promise<string[]> {
  const shape = [chips, 3, CHIP_SIZE, CHIP_SIZE];
  const chip = new Tensor('float32', new Float32Array(chips * 3 * CHIP_SIZE ** 2).fill(128), shape);
  const context = { signal: new AbortController().signal, progress: () => undefined };
  const forward: number[] = [];
  const step: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const passes = await secondsOf(async () => {
      for (let n = 0; n < FORWARD_REPEATS; n++) await network.run({ chip });
    });
    const [few, many] = [
      await secondsOf(() => attacks[0].perturb(photographs, context)),
      await secondsOf(() => attacks[1].perturb(photographs, context)),
    ];
    // The first round warms up.
    if (round < 0) continue;
    forward.push((1000 * passes) / FORWARD_REPEATS);
    step.push((1000 * (many - few)) / (STEPS[1] - STEPS[0]));
    note(`${name}, round ${round + 1} of ${ROUNDS}: ${figure(step[round] / forward[round])} forward passes`);
  }
  const ratio = median(step.map((ms, round) => ms / forward[round]));
  return [name, String(chips), figure(median(forward)), figure(median(step)), `${figure(ratio)} ×`];
}

async function openAll(files: readonly string[], folder: string, threads: number): Promise<Photograph[]> {
  const locator = await FaceLocator.load(LOCATOR, folder, threads);
  const opened = await Promise.all(files.map((file) => openPhotograph({ id: file, file, identity: null }, locator)));
  await locator.close();
  return opened.flatMap((one) => ('photograph' in one ? [one.photograph] : []));
}
