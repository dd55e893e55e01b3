import { GraphBuilder } from '../../../onnx/build.js';
import { differentiate } from '../../../onnx/gradient/differentiate.js';
import type { ModelProto } from '../../../onnx/onnx_pb.js';
import { Term } from '../../../onnx/term.js';
import { lpipsPorts } from '../../../plugins/inspection/lpips-ports.js';
import { portsOfModel } from '../../../plugins/model-header.js';
import { fail, type Result } from '../../../protocol/errors.js';
import { readWholeModel } from '../../whole-model.js';
import { lpips } from './step-graph.js';

/** Reads a model of LPIPS: `lpips-unfit` where it does not take two images, or has no gradient. */
export async function readLpips(file: string): Promise<Result<ModelProto>> {
  const ports = portsOfModel(file, lpipsPorts);
  if (!ports.ok) return ports;
  const model = await readWholeModel(file);
  if (!model.ok) return model;
  const gradient = gradientOf(model.value);
  return gradient.ok ? model : notFollowed(file, gradient.problem.message);
}

function gradientOf(model: ModelProto) {
  const g = new GraphBuilder('lpips');
  const [x, y] = ['x', 'y'].map((name) => new Term(g, g.input(name, 'float32', [1, 3, 'height', 'width']), 'float32'));
  try {
    const { name } = lpips(model, x, y);
    return differentiate(g.toModel(), { output: name, wrt: ['y'] });
  } catch (error) {
    return fail('lpips-unfit', (error as Error).message);
  }
}

function notFollowed(file: string, why: string): Result<never> {
  const hint = 'Export it with operators that have a gradient.';
  return fail('lpips-unfit', `The gradient of ${file} cannot be followed: ${why}`, { hint });
}
