import { GraphBuilder } from '../../onnx/build.js';
import type { Device } from '../../protocol/choices.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { openSession } from '../session.js';

/** What a device needs of the machine: https://github.com/microsoft/onnxruntime/tree/main/js/node#requirements */
const NEEDS: Readonly<Record<Exclude<Device, 'cpu'>, string>> = {
  webgpu: 'Windows, macOS, or Linux on x64 with Vulkan, and a graphics card that it knows',
  cuda: 'Linux on x64, CUDA 12 with cuDNN 9, and ONNX Runtime’s CUDA libraries beside onnxruntime-node’s own',
  dml: 'Windows with DirectX 12',
  coreml: 'macOS',
};

/** Opens a graph of one operator on the device: `device-unavailable` where ONNX Runtime cannot. */
export async function requireDevice(device: Device): Promise<Result<void>> {
  if (device === 'cpu') return ok(undefined);
  try {
    const session = await openSession(oneOperator(), { threads: 1, device });
    await session.release();
    return ok(undefined);
  } catch (error) {
    const hint = `Compute with --device cpu (lookalike.device: cpu); ${device} needs ${NEEDS[device]}.`;
    return fail('device-unavailable', `The device ${device} cannot be opened: ${(error as Error).message.trim()}`, {
      hint,
    });
  }
}

function oneOperator(): Uint8Array {
  const graph = new GraphBuilder('one-operator');
  const numbers = graph.input('numbers', 'float32', [1, 1]);
  graph.output(graph.op('Relu', [numbers]), 'float32', [1, 1], 'positive');
  return graph.toBytes();
}
