import assert from 'node:assert/strict';
import { applyChanges } from '../../../server/src/experiment/syntax/text-change.js';
import { ExperimentDocument } from '../../../server/src/language/document.js';
import { setThreshold } from '../../../server/src/language/edit/set-threshold.js';
import { createServices } from '../../../server/src/language/services.js';
import type { ThresholdForm } from '../../../server/src/protocol/runs/verifier-distances.js';

const services = createServices();
const BEFORE = 'dataset: {use: synthetic}\nembed: {models: [face-recognition]}\n';

function written(text: string, form: ThresholdForm, value: number): string {
  const document = ExperimentDocument.open('file:///x.experiment.yaml', 1, BEFORE + text, services);
  const change = setThreshold(document, form, value);
  if (!change.ok) return change.problem.code;
  const changed = applyChanges(document.text, [change.value]);
  const { draft } = ExperimentDocument.open(document.uri, 2, changed, services).experiment;
  assert.equal(draft.threshold?.[form], value, changed);
  return changed.slice(BEFORE.length);
}

describe('A threshold that is written into an experiment', () => {
  it('stands in the form that the file uses, and everything else stays as it is', () => {
    assert.equal(
      written('threshold: {percentile: 95, model: face-recognition} # as in the paper\n', 'percentile', 97.5),
      'threshold: {percentile: 97.5, model: face-recognition} # as in the paper\n',
    );
    assert.equal(
      written('threshold:\n  model: face-recognition\n  fmr: 1e-2 # one in a hundred\n', 'fmr', 0.001),
      'threshold:\n  model: face-recognition\n  fmr: 0.001 # one in a hundred\n',
    );
    assert.equal(
      written('threshold: {distance: 0.3, unit: l2}\n', 'distance', 0.4512),
      'threshold: {distance: 0.4512, unit: l2}\n',
    );
  });

  it('stands in place of another form, and where there was none', () => {
    assert.equal(
      written('threshold: {fmr: 0.01, unit: l2}\n', 'distance', 0.5),
      'threshold: {distance: 0.5, unit: l2}\n',
    );
    assert.equal(written('threshold: {unit: l2}\n', 'percentile', 90), 'threshold: {percentile: 90, unit: l2}\n');
    assert.equal(written('threshold:\n  unit: l2\n', 'percentile', 90), 'threshold:\n  percentile: 90\n  unit: l2\n');
    assert.equal(written('threshold: {}\n', 'percentile', 90), 'threshold: {percentile: 90}\n');
    assert.equal(written('threshold:\n', 'percentile', 90), 'threshold: {percentile: 90}\n');
  });

  it('stands where an alias leads', () => {
    const text = 'x-t: &t {percentile: 95}\nthreshold: *t\n';
    assert.equal(written(text, 'percentile', 97), text.replace('95', '97'));
  });

  it('is refused where the file sets it elsewhere, or nowhere', () => {
    const axis = 'threshold: {percentile: 95}\nmatrix: {threshold.percentile: [90, 95]}\n';
    assert.equal(written(axis, 'percentile', 97), 'threshold-in-matrix');
    assert.equal(written('', 'percentile', 97), 'threshold-not-written');
  });
});
