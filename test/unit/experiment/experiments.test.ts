import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { read } from '../../support/spec-text.js';

const FOLDER = join(import.meta.dirname, '../../../experiments');

describe('The experiments of the repository', () => {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.experiment.yaml'))) {
    it(`read without an error: ${name}`, () => {
      const { diagnostics } = read(readFileSync(join(FOLDER, name), 'utf8'));
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity === 'error'),
        [],
      );
    });
  }

  it('hold the paper’s set-up: its service, with its parameters, and its models and attacks', () => {
    const { spec } = read(readFileSync(join(FOLDER, 'robustness.experiment.yaml'), 'utf8'));
    assert.ok(spec?.retrieve && spec.threshold && spec.robustness);
    const { url, index, modality, aestheticScore, aestheticWeight, ...others } = spec.retrieve.params;
    assert.deepEqual([url, index, modality], ['https://knn5.laion.ai//knn-service', 'laion5B', 'image']);
    assert.deepEqual([aestheticScore, aestheticWeight], [9, 0.5]);
    const { deduplicate, useSafetyModel, useViolenceDetector, useMclip } = others;
    assert.deepEqual([deduplicate, useSafetyModel, useViolenceDetector, useMclip], [true, false, false, false]);
    assert.deepEqual([spec.retrieve.model, spec.retrieve.results], ['clip-vit-l-14', 50]);
    assert.deepEqual([spec.threshold.percentile, spec.threshold.model], [95, 'face-recognition']);
    assert.deepEqual(
      spec.poison?.map(({ use, params }) => [use, params.mode]),
      [
        ['fawkes', 'mid'],
        ['lowkey', undefined],
      ],
    );
    assert.deepEqual([spec.queries.sample, spec.robustness.minValid], [1000, 3]);
  });
});
