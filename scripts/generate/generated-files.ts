import { jsonSchemaOf } from '../../server/src/experiment/schema/json-schema.js';
import { plugins } from '../../server/src/plugins/registry.js';
import { resultsSchema } from '../../server/src/protocol/results.js';
import { diagnosticsPage } from './diagnostics-page.js';
import { experimentJsonSchema } from './experiment-json-schema.js';
import { formatPage } from './format-page.js';
import { pluginsPage } from './plugins-page.js';
import { resampleWasm } from './resample-wasm.js';

/** Everything that follows from the declarations and is committed, by its path from the root of the repository. */
export function generatedFiles(): Record<string, string> {
  return {
    'schemas/experiment.schema.json': json(experimentJsonSchema(plugins)),
    'schemas/results.schema.json': json({ ...jsonSchemaOf(resultsSchema), title: 'Results of a Lookalike run' }),
    'docs/format.md': formatPage(),
    'docs/plugins.md': pluginsPage(plugins),
    'docs/diagnostics.md': diagnosticsPage(),
    'server/src/compute/images/resample-wasm.ts': resampleWasm(),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
