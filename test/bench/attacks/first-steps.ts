import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { type AttackGraph, openAttackSession } from '../../../server/src/compute/perturbations/attack-session.js';
import { Cloak } from '../../../server/src/compute/perturbations/fawkes/cloak.js';
import { cropFace } from '../../../server/src/compute/perturbations/fawkes/face-crop.js';
import { CROP_SIZE, fawkesSettings } from '../../../server/src/compute/perturbations/fawkes/settings.js';
import * as fawkes from '../../../server/src/compute/perturbations/fawkes/step-graph.js';
import { constantInputs, variableInputs } from '../../../server/src/compute/perturbations/fawkes/step-inputs.js';
import { DSSIM_WEIGHT, STEP_SIZE } from '../../../server/src/compute/perturbations/lowkey/settings.js';
import * as lowkey from '../../../server/src/compute/perturbations/lowkey/step-graph.js';
import type { Photograph } from '../../../server/src/compute/perturbations/photograph.js';
import { chipInRegion, regionOf } from '../../../server/src/compute/perturbations/region/region.js';
import { rowOf, stacked } from '../../../server/src/compute/perturbations/tensors.js';
import { Random } from '../../../server/src/compute/random.js';
import type { Surrogate } from '../../../server/src/plugins/declare.js';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A step of an attack: what it is given, and what comes of it. */
export interface KnownStep {
  readonly inputs: Tensors;
  readonly loss: number;
  readonly gradient: Float32Array;
}

/** So many steps go before the one that is compared: at first there is next to no change, and the loss is next to 0. */
const STEPS_BEFORE = 12;

/** A step of Fawkes, mode mid as published. */
export async function fawkesStep(
  photographs: readonly Photograph[],
  surrogate: Surrogate,
  threads: number,
): Promise<KnownStep> {
  const surrogates = { all: [surrogate], batch: null };
  const settings = fawkesSettings('mid', 'published');
  const clean = await open(fawkes.cleanGraph(surrogates.all, CROP_SIZE), threads);
  const session = await open(fawkes.stepGraph(surrogates.all, CROP_SIZE, settings.budget), threads);
  const cloaks = photographs.map(
    ({ image, face, hash }) =>
      new Cloak(cropFace(image, face.box, CROP_SIZE), hash, { settings, seed: 1, aimed: false }),
  );
  const constants = await constantInputs(photographs, cloaks, surrogates, clean);
  for (let step = 0; ; step++) {
    const inputs = { ...constants, ...variableInputs(cloaks, surrogates) };
    const outputs = (await session.run(inputs)) as Tensors;
    if (step === STEPS_BEFORE) return known(inputs, outputs, 'grad_modifier');
    const row = (name: string, n: number) => rowOf(outputs[name], n);
    for (const [n, cloak] of cloaks.entries()) {
      const [dssim, distance] = [row('dssim', n)[0], row('distance', n)[0]];
      cloak.advance({ dssim, distance, change: row('change', n), gradient: row('grad_modifier', n) });
    }
  }
}

/** A step of LowKey with DSSIM in the place of LPIPS. `by` is by how much the region is averaged before it is sampled. */
export async function lowkeyStep(photograph: Photograph, surrogate: Surrogate, threads: number): Promise<KnownStep> {
  const region = regionOf(photograph, [surrogate]);
  const { size } = surrogate;
  const { by, grid } = chipInRegion(region, surrogate.place(photograph.face), size);
  const placed = [{ surrogate, by }];
  const perception = { weight: DSSIM_WEIGHT };
  const shape = [3, region.pixels.height, region.pixels.width];
  const given = { region: stacked([region.pixels.data], 1, shape), grid_0: stacked([grid], 1, [size, size, 2]) };
  const clean = await (await open(lowkey.cleanGraph(placed, perception), threads)).run(given);
  const session = await open(lowkey.stepGraph(placed, perception), threads);
  const faces = stacked([Float32Array.of(region.faces)], 1, []).reshape([]);
  const constants = { ...given, ...(clean as Tensors), faces };
  const random = new Random(1, 'lowkey');
  const change = region.pixels.data.map(() => random.between(-1, 1));
  for (let step = 0; ; step++) {
    const inputs = { ...constants, change: stacked([change], 1, shape) };
    const outputs = (await session.run(inputs)) as Tensors;
    if (step === STEPS_BEFORE) {
      const averaged = stacked([Float32Array.of(by)], 1, []);
      return known({ ...inputs, by: averaged }, outputs, 'grad_change');
    }
    const gradient = outputs.grad_change.data as Float32Array;
    for (let i = 0; i < change.length; i++) change[i] -= STEP_SIZE * Math.sign(gradient[i]);
  }
}

function known(inputs: Tensors, outputs: Tensors, gradient: string): KnownStep {
  return { inputs, loss: (outputs.loss.data as Float32Array)[0], gradient: outputs[gradient].data as Float32Array };
}

async function open(graph: AttackGraph, threads: number): Promise<InferenceSession> {
  const session = await openAttackSession(graph, threads);
  if (!session.ok) throw new Error(session.problem.message);
  return session.value;
}
