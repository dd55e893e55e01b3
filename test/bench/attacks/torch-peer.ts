import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeEnvironment, WITH_TORCH } from '../../../scripts/peers/python.js';
import type { GraphProto, ModelProto, TensorProto } from '../../../server/src/onnx/onnx_pb.js';
import { graphOf } from '../../../server/src/onnx/read.js';
import { decodeNpy, encodeNpy } from '../../../server/src/store/npy.js';
import { median, note } from '../measure.js';
import type { KnownStep } from './first-steps.js';

const SCRIPT = fileURLToPath(new URL('./torch_steps.py', import.meta.url));
/** How far the peer's loss and gradient may be from ours, as a share of them. */
const TOLERANCE = 1e-3;

/** A Python that has PyTorch: of PyPI, where that is reached, else the system's; undefined where neither has. */
export function pythonWithTorch(): string | undefined {
  const pythons = ['/usr/bin/python3'];
  try {
    pythons.unshift(makeEnvironment(WITH_TORCH.folder, WITH_TORCH.packages));
  } catch (error) {
    note(`PyTorch of PyPI is left out: ${(error as Error).message}`);
  }
  return pythons.find((python) => spawnSync(python, ['-c', 'import torch']).status === 0);
}

/** The steps of an attack in PyTorch, from the same state. */
export class TorchPeer {
  /** PyTorch's. */
  version = '';

  private constructor(
    private readonly python: string,
    private readonly attack: 'fawkes' | 'lowkey',
    private readonly folder: string,
    private readonly threads: number,
  ) {}

  /** Throws where PyTorch finds another loss or gradient. */
  static async prepare(
    python: string,
    attack: 'fawkes' | 'lowkey',
    step: KnownStep,
    network: ModelProto,
    within: string,
    threads: number,
  ): Promise<TorchPeer> {
    const folder = await mkdtemp(join(within, attack));
    for (const [name, { data, dims }] of Object.entries(step.inputs)) {
      await save(join(folder, name), data as Float32Array, dims);
    }
    await saveWeights(folder, network);
    const peer = new TorchPeer(python, attack, folder, threads);
    await peer.checkAgainst(step);
    return peer;
  }

  /** Takes as many steps. */
  run(steps: number): { seconds: number; version: string; loss: number } {
    const args = [SCRIPT, this.folder, this.attack, String(steps), String(this.threads)];
    return JSON.parse(execFileSync(this.python, args, { encoding: 'utf8' }));
  }

  private async checkAgainst({ loss, gradient }: KnownStep): Promise<void> {
    const { loss: theirs, version } = this.run(0);
    this.version = version;
    const array = decodeNpy(await readFile(join(this.folder, 'gradient.npy')));
    assert.ok(array, 'PyTorch has written no gradient');
    const [photographs] = array.shape;
    const length = gradient.length / photographs;
    const apart = Array.from({ length: photographs }, (_, n) => {
      const [ours, others] = [gradient, array.data as Float32Array].map((all) =>
        all.subarray(n * length, (n + 1) * length),
      );
      return norm(ours.map((value, i) => value - others[i])) / norm(ours);
    });
    assert.ok(Math.abs(loss - theirs) <= TOLERANCE * Math.abs(loss), `Losses ${loss} and ${theirs} differ`);
    // The median: where two pixels of a window are alike, rounding decides which of them max-pool’s gradient goes to.
    assert.ok(median(apart) <= TOLERANCE, `Gradients differ by ${apart} of their length`);
  }
}

function norm(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

/** The weights and biases of a network's convolutions, in its order. */
async function saveWeights(folder: string, network: ModelProto): Promise<void> {
  const { initializer } = network.graph as GraphProto;
  const tensors = new Map(initializer.map((tensor) => [tensor.name, tensor]));
  const convolutions = graphOf(network).nodes.filter(({ operator }) => operator === 'Conv');
  for (const [n, { proto }] of convolutions.entries()) {
    const [, weights, bias] = proto.input.map((name) => tensors.get(name));
    for (const [name, tensor] of Object.entries({ weights, bias })) {
      if (tensor) await save(join(folder, `${name}_${n}`), floatsOf(tensor), tensor.dims.map(Number));
    }
  }
}

function floatsOf({ rawData, floatData }: TensorProto): Float32Array {
  return floatData.length > 0 ? Float32Array.from(floatData) : new Float32Array(Uint8Array.from(rawData).buffer);
}

async function save(path: string, data: Float32Array, shape: readonly number[]): Promise<void> {
  await writeFile(`${path}.npy`, Buffer.concat(encodeNpy(data, shape)));
}
