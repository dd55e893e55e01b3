import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import type { ModelProto } from '../../../server/src/onnx/onnx_pb.js';
import { writeModel } from '../../../server/src/onnx/read.js';
import type { Tensor, Tensors } from './tensor.js';

export type FloatType = 'float32' | 'float64';

/** A model opened in ONNX Runtime, its floating-point inputs given in `type`. */
export class RunningModel {
  private constructor(
    private readonly session: InferenceSession,
    private readonly type: FloatType,
  ) {}

  static async open(model: ModelProto, type: FloatType): Promise<RunningModel> {
    // Beyond 'basic' the runtime fuses operators that it then has no kernel for in double (QuickGelu).
    const graphOptimizationLevel = type === 'float64' ? 'basic' : 'all';
    const options = { intraOpNumThreads: 1, logSeverityLevel: 3, graphOptimizationLevel } as const;
    return new RunningModel(await InferenceSession.create(writeModel(model), options), type);
  }

  /** Runs with those of the tensors that are inputs of the model. */
  async run(tensors: Tensors): Promise<Tensors> {
    const feeds = this.session.inputNames.map((name) => [name, toRuntime(tensors[name], this.type)] as const);
    const results = await this.session.run(Object.fromEntries(feeds));
    return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromRuntime(value)]));
  }
}

function toRuntime({ data, shape }: Tensor, type: FloatType): RuntimeTensor {
  return new RuntimeTensor(type, type === 'float32' ? Float32Array.from(data) : data, shape);
}

function fromRuntime({ data, dims }: RuntimeTensor): Tensor {
  return { data: Float64Array.from(data as Float32Array, Number), shape: dims };
}
