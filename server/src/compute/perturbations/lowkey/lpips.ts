import { GraphBuilder } from '../../../onnx/build.js';
import { differentiate } from '../../../onnx/gradient/differentiate.js';
import type { ModelProto } from '../../../onnx/onnx_pb.js';
import { graphOf } from '../../../onnx/read.js';
import { Term } from '../../../onnx/term.js';
import { fail, type Result } from '../../../protocol/errors.js';
import { readWholeModel } from '../../whole-model.js';
import { lpips } from './step-graph.js';

/** Reads a model of LPIPS: `lpips-unfit` where it does not take two images, or has no gradient. */
export async function readLpips(file: string): Promise<Result<ModelProto>> {
  const model = await readWholeModel(file);
  if (!model.ok) return model;
  const { inputs, outputs } = graphOf(model.value);
  if (inputs.length !== 2) return unfit(file, `it takes ${inputs.length} inputs`);
  if (outputs.length !== 1) return unfit(file, `it gives ${outputs.length} outputs`);
  const gradient = gradientOf(model.value);
  return gradient.ok ? model : unfit(file, gradient.problem.message);
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

function unfit(file: string, why: string): Result<never> {
  const hint = 'Export LPIPS with two inputs [1, 3, height, width] in [-1, 1], of free size, and one output.';
  return fail('lpips-unfit', `${file} is no model of LPIPS that can be used: ${why}`, { hint });
}
