import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Photograph } from '../photograph.js';
import { chipOf } from '../surrogate-chip.js';
import { rowsOf, type Surrogates } from '../surrogates.js';
import { stacked } from '../tensors.js';
import { SSIM_BORDER } from '../visibility/ssim.js';
import type { Cloak } from './cloak.js';
import { type FaceCrop, gridInCrop } from './face-crop.js';
import { CROP_SIZE } from './settings.js';

export type Tensors = Record<string, Tensor>;

const IMAGE = [3, CROP_SIZE, CROP_SIZE];
const WINDOWS = CROP_SIZE - 2 * SSIM_BORDER;

/** What stays as it is from step to step; `clean` computes what of it depends on the unperturbed photographs. */
export async function constantInputs(
  photographs: readonly Photograph[],
  cloaks: readonly Cloak[],
  surrogates: Surrogates,
  clean: InferenceSession,
): Promise<Tensors> {
  const stack = (rows: readonly Float32Array[], shape: readonly number[]) =>
    stacked(rows, rowsOf(surrogates, cloaks.length), shape);
  const crop = stack(
    cloaks.map((cloak) => cloak.crop.pixels.data),
    IMAGE,
  );
  const chipsOf = (shown: readonly Photograph[]): Tensors =>
    Object.fromEntries(
      surrogates.all.map(({ size, place }, n) => [
        `chip_${n}`,
        stack(
          shown.map(({ image, face }) => chipOf(image, place(face), size)),
          [3, size, size],
        ),
      ]),
    );
  const chips = chipsOf(photographs);
  const grids: Tensors = {};
  for (const [n, { size, place }] of surrogates.all.entries()) {
    const grid = cloaks.map((cloak, i) => gridInCrop(cloak.crop, place(photographs[i].face), size));
    grids[`grid_${n}`] = stack(grid, [size, size, 2]);
  }
  const start = stack(
    cloaks.map((cloak) => cloak.start()),
    IMAGE,
  );
  const mask = stack(
    cloaks.map((cloak) => cloak.crop.mask.data),
    [1, CROP_SIZE, CROP_SIZE],
  );
  const weight = stack(
    cloaks.map((cloak) => windowWeights(cloak.crop)),
    [1, WINDOWS, WINDOWS],
  );
  const found = (await clean.run({ crop, ...chips })) as Tensors;
  const aimedAt = photographs.map(({ towards, ...own }) => towards ?? own);
  if (photographs.some(({ towards }) => towards)) {
    const theirs = (await clean.run({ crop, ...chipsOf(aimedAt) })) as Tensors;
    for (const n of surrogates.all.keys()) found[`features_${n}`] = theirs[`features_${n}`];
  }
  return { ...found, ...chips, ...grids, crop, start, mask, weight };
}

/** What the steps so far have come to. */
export function variableInputs(cloaks: readonly Cloak[], surrogates: Surrogates): Tensors {
  const rows = rowsOf(surrogates, cloaks.length);
  const modifier = stacked(
    cloaks.map((cloak) => cloak.modifier),
    rows,
    IMAGE,
  );
  const c = stacked(
    cloaks.map(({ weight }) => Float32Array.of(weight)),
    rows,
    [],
  );
  return { modifier, c };
}

/** How much each window's similarity counts: those whose centre lies in the face's box, alike; 1 in all, of 3 channels. */
function windowWeights({ mask }: FaceCrop): Float32Array {
  const at = (n: number) => (Math.floor(n / WINDOWS) + SSIM_BORDER) * CROP_SIZE + (n % WINDOWS) + SSIM_BORDER;
  const inside = Float32Array.from({ length: WINDOWS * WINDOWS }, (_, n) => (mask.data[at(n)] >= 0.5 ? 1 : 0));
  const count = inside.reduce((sum, value) => sum + value, 0);
  return inside.map((value) => value / (3 * Math.max(1, count)));
}
