import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GraphProto, ModelProto, TensorProto } from '../../../server/src/onnx/onnx_pb.js';
import { graphOf } from '../../../server/src/onnx/read.js';
import { decodeNpy, encodeNpy } from '../../../server/src/store/npy.js';
import { runPython } from '../../support/peer-python.js';
import { median } from '../measure.js';
import type { KnownStep } from './first-steps.js';

const SCRIPT = fileURLToPath(new URL('./torch_steps.py', import.meta.url));
/** How far the peer's loss and gradient may be from ours, as a share of them. */
const TOLERANCE = 1e-3;

/** The steps of an attack in PyTorch, from the same state. */
export class TorchPeer {
  private constructor(
    private readonly attack: 'fawkes' | 'lowkey',
    private readonly folder: string,
    private readonly threads: number,
  ) {}

  /** Throws where PyTorch finds another loss or gradient. */
  static async prepare(
    attack: 'fawkes' | 'lowkey',
    step: KnownStep,
    network: ModelProto,
    within: string,
    threads: number,
  ): Promise<TorchPeer> {
    const folder = join(within, attack);
    await mkdir(folder);
    for (const [name, { data, dims }] of Object.entries(step.inputs)) {
      await save(join(folder, name), data as Float32Array, dims);
    }
    await saveWeights(folder, network);
    const peer = new TorchPeer(attack, folder, threads);
    await peer.checkAgainst(step);
    return peer;
  }

  /** Takes as many steps. */
  run(steps: number): { seconds: number; version: string; loss: number } {
    return JSON.parse(runPython(SCRIPT, this.folder, this.attack, String(steps), String(this.threads)).toString());
  }

  private async checkAgainst({ loss, gradient }: KnownStep): Promise<void> {
    const theirs = this.run(0).loss;
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
