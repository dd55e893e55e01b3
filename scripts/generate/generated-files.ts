import { jsonSchemaOf, type ObjectSchema } from '../../server/src/experiment/schema/json-schema.js';
import { plugins } from '../../server/src/plugins/registry.js';
import { resultsSchema } from '../../server/src/protocol/results.js';
import { checkDocumentSchema } from '../../server/src/protocol/runs/documents/check-document.js';
import { planDocumentSchema } from '../../server/src/protocol/runs/documents/plan-document.js';
import { sweepDocumentSchema } from '../../server/src/protocol/runs/sweep.js';
import { foldedTableSchema } from '../../server/src/protocol/runs/table/fold.js';
import { runComparisonSchema } from '../../server/src/protocol/runs/table/run-comparison.js';
import { runTableSchema } from '../../server/src/protocol/runs/table/run-row.js';
import { diagnosticsPage } from './diagnostics-page.js';
import { experimentJsonSchema } from './experiment-json-schema.js';
import { formatPage } from './format-page.js';
import { pluginsPage } from './plugins-page.js';
import { wasmModule } from './wasm-module.js';

/** Everything that follows from the declarations and is committed, by its path from the root of the repository. */
export function generatedFiles(): Record<string, string> {
  return {
    'schemas/experiment.schema.json': json(experimentJsonSchema(plugins)),
    'schemas/results.schema.json': json({ ...jsonSchemaOf(resultsSchema), title: 'Results of a Lookalike run' }),
    'schemas/check.schema.json': json({ ...jsonSchemaOf(checkDocumentSchema), title: 'lookalike check --json' }),
    'schemas/plan.schema.json': json({ ...jsonSchemaOf(planDocumentSchema), title: 'lookalike plan --json' }),
    'schemas/runs.schema.json': json({ ...jsonSchemaOf(runTableSchema), title: 'lookalike runs list --json' }),
    'schemas/runs-folded.schema.json': json({
      ...jsonSchemaOf(foldedTableSchema),
      title: 'lookalike runs list --fold --json',
    }),
    'schemas/runs-diff.schema.json': json({
      ...jsonSchemaOf(runComparisonSchema),
      title: 'lookalike runs diff --json',
    }),
    'schemas/sweep.schema.json': json(sweepJsonSchema()),
    'docs/format.md': formatPage(),
    'docs/plugins.md': pluginsPage(plugins),
    'docs/diagnostics.md': diagnosticsPage(),
    'server/src/compute/images/resample-wasm.ts': wasmModule('images/resample.wat', 'RESAMPLE_WASM'),
    'server/src/compute/search/bytes/high-bytes-wasm.ts': wasmModule('search/bytes/high-bytes.wat', 'HIGH_BYTES_WASM'),
    'server/src/compute/search/bytes/row-scores-wasm.ts': wasmModule('search/bytes/row-scores.wat', 'ROW_SCORES_WASM'),
    'server/src/compute/search/pairs/near-pairs-wasm.ts': wasmModule('search/pairs/near-pairs.wat', 'NEAR_PAIRS_WASM'),
  };
}

/** The documents of its runs are as their own schema has them. */
function sweepJsonSchema() {
  const schema = jsonSchemaOf(sweepDocumentSchema) as ObjectSchema;
  const runs = { ...schema.properties.runs, items: { $ref: 'results.schema.json' } };
  return { ...schema, title: 'Results of a Lookalike sweep', properties: { ...schema.properties, runs } };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
