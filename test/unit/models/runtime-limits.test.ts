import assert from 'node:assert/strict';
import { InferenceSession } from 'onnxruntime-node';
import { GraphBuilder } from '../../../server/src/onnx/build.js';
import { writeModel } from '../../../server/src/onnx/read.js';
import { NEWEST_IR_VERSION, NEWEST_OPSET } from '../../../server/src/plugins/model-header.js';

describe('The newest models that ONNX Runtime runs', () => {
  async function opens(opset: number, irVersion: number): Promise<boolean> {
    const g = new GraphBuilder('newest');
    g.output(g.op('Relu', [g.input('x', 'float32', [1])]), 'float32', [1]);
    const model = g.toModel();
    model.opsetImport[0].version = BigInt(opset);
    model.irVersion = BigInt(irVersion);
    try {
      await (await InferenceSession.create(writeModel(model), { logSeverityLevel: 4 })).release();
      return true;
    } catch {
      return false;
    }
  }

  it('are those that are said to be: it opens them, and none newer', async () => {
    assert.ok(await opens(NEWEST_OPSET, NEWEST_IR_VERSION));
    assert.ok(!(await opens(NEWEST_OPSET + 1, NEWEST_IR_VERSION)));
    assert.ok(!(await opens(NEWEST_OPSET, NEWEST_IR_VERSION + 1)));
  });
});
