import { MATRIX, MATRIX_LISTS } from '../../experiment/schema/experiment-schema.js';
import { isRequired } from '../../experiment/schema/schema-facts.js';
import { code } from '../../experiment/schema/schema-words.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import { counted } from '../../protocol/figure-text.js';
import type { PlannedWork } from '../../protocol/lsp.js';
import { variantText } from '../../protocol/runs/variant.js';
import { describeKey } from '../describe.js';
import type { ExperimentDocument } from '../document.js';
import { costText } from '../inlay/costs.js';

/** More variants are not named one by one. */
const MOST_NAMED = 12;

/** Of all variants together, which share what they have in common; nothing until it is planned. */
function costsOf(planned: readonly PlannedWork[]): string[] {
  const known = planned.flatMap((work) => {
    const cost = work.stage === 'dataset' ? undefined : costText(work);
    return cost ? [`- ${code(work.label || work.stage)}: ${cost}`] : [];
  });
  if (known.length === 0) return [];
  return [
    `To run all of them, what they share computed once; searching and measuring come on top:\n\n${known.join('\n')}`,
  ];
}

/** What a matrix comes to: how many variants, or of an axis, or a value of one, in how many it is. */
export function matrixCard(
  document: ExperimentDocument,
  path: SpecPath,
  planned: () => readonly PlannedWork[] = () => [],
): string | undefined {
  const [section, name] = path;
  const matrix = section === MATRIX ? document.experiment.matrix : undefined;
  if (!matrix) return undefined;
  const { axes, variants } = matrix;
  if (name === undefined || MATRIX_LISTS.some((list) => list === name)) {
    const of = axes.map((axis) => `${axis.values.length} × ${code(axis.path)}`).join(', ');
    const named = variants.slice(0, MOST_NAMED).map(({ values }) => `- ${variantText(values)}`);
    const more = variants.length > MOST_NAMED ? [`- and ${variants.length - MOST_NAMED} more`] : [];
    const head = `**${counted(variants.length, 'variant')}**${of ? ` of ${of}` : ''}`;
    return [head, ...costsOf(planned()), [...named, ...more].join('\n')].join('\n\n');
  }
  const axis = axes.find(({ at }) => at[1] === name);
  const schema = document.schemaAt([MATRIX, name, 0])?.schema;
  if (!axis || !schema) return undefined;
  const about = describeKey({ schema, required: isRequired(schema) });
  const of = variants.filter(({ settings }) =>
    settings.some(({ at, keyAt }) => (path.length > 2 ? at[2] === path[2] : true) && keyAt[1] === name),
  );
  const what = path.length > 2 ? 'this value' : 'this axis';
  return `**${axis.path}** · ${counted(axis.values.length, 'value')} · ${of.length} of ${counted(variants.length, 'variant')} have ${what}\n\n${about}`;
}
