import assert from 'node:assert/strict';
import { didYouMean, nearest } from '../../../server/src/experiment/checks/did-you-mean.js';

const MODELS = ['face-recognition', 'clip-vit-b-32', 'clip-vit-l-14', 'onnx'];

describe('Did you mean', () => {
  it('finds the word behind a slip of the pen', () => {
    assert.equal(nearest('face-recogniton', MODELS), 'face-recognition');
    assert.equal(nearest('Face_Recognition', MODELS), 'face-recognition');
    assert.equal(nearest('clip-vit-l14', MODELS), 'clip-vit-l-14');
    assert.equal(nearest('onx', MODELS), 'onnx');
  });

  it('takes the first of two that are as near', () => {
    assert.equal(nearest('txp', ['top', 'tip']), 'top');
    assert.equal(nearest('txp', ['tip', 'top']), 'tip');
  });

  it('is silent where nothing is near', () => {
    assert.equal(nearest('arcface', MODELS), undefined);
    assert.equal(nearest('', MODELS), undefined);
    assert.equal(nearest('onnx', []), undefined);
    assert.equal(didYouMean(undefined), '');
  });

  it('reads as the end of a sentence', () => {
    assert.equal(didYouMean('onnx'), '; did you mean "onnx"?');
  });
});
