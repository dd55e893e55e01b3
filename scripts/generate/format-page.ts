import * as z from 'zod';
import { MOST_VARIANTS } from '../../server/src/experiment/matrix/read-matrix.js';
import { experimentSchema, MATRIX } from '../../server/src/experiment/schema/experiment-schema.js';
import { metaOf, unwrapped } from '../../server/src/experiment/schema/schema-facts.js';
import { withArticle } from '../../server/src/protocol/figure-text.js';
import { stages } from '../../server/src/stages/all.js';
import type { Stage } from '../../server/src/stages/declare.js';
import { type FigurePattern, figurePatterns, nameSources } from '../../server/src/stages/figures.js';
import { code, GENERATED, table, yamlBlock } from './markdown.js';
import { parameterTable } from './parameter-table.js';

/** docs/format.md: every key of an experiment, and every figure of its results, from the declarations of the stages. */
export function formatPage(): string {
  return `${[GENERATED, ...INTRODUCTION, ...stages.flatMap(stageSection), ...expectations()].join('\n\n')}\n`;
}

const own = new Set<string>(stages.map(({ key }) => key));
const fileKeys = Object.fromEntries(Object.entries(experimentSchema.shape).filter(([key]) => !own.has(key)));

const INTRODUCTION = [
  '# The experiment file and its results',
  `An experiment is a YAML file whose name ends in \`.experiment.yaml\` (or \`.yml\`). A stage exists when its key does, and
stages run in the order of this page. What stands at \`dataset\`, \`gallery\`, \`index\` and \`retrieve\`, in \`embed.models\` and
below \`poison\` and \`countermeasures\` are [plugins](plugins.md): a name, or \`{use: name, …parameters}\`. Paths are relative to the file; \`~\`,
\`\${env:NAME}\` and \`\${workspaceFolder}\` expand. Keys at the top that begin with \`x-\` are nobody's.`,
  '## Keys of the file',
  parameterTable(z.object(fileKeys)),
  'Keys of `queries`:',
  parameterTable(unwrapped(experimentSchema.shape.queries) as z.ZodType),
  `Once something was measured, an editor says beside \`queries\` how many it takes to see a difference of 5 points: with 80 %
power by McNemar's test at 5 %, from the share of queries that the newest run found discordant, or from its rates. It is of
independent queries: several of one person count for less.`,
  '## Many variants: `matrix`',
  `With a \`matrix\`, a file is as many experiments as its axes have combinations, at most ${MOST_VARIANTS}. An axis is a key path, in the
grammar of \`--set\`, with a list of values, which may be any YAML: a name, a number, a whole block. Each variant is the file with
its values in it, and is checked as such. \`exclude\` and \`include\` are those of GitHub Actions: an entry of \`exclude\` leaves out
the variants that have all of its values; one of \`include\` adds its other keys to the variants with its values of the axes, and is
a variant of its own where there is none.`,
  parameterTable(unwrapped(experimentSchema.shape[MATRIX]) as z.ZodType),
  yamlBlock(`matrix:
  poison.fawkes.mode: [low, mid, high]
  queries.seed: [1, 2, 3]
  exclude: [{poison.fawkes.mode: high, queries.seed: 3}]`),
  '`--set` applies before an axis does, and cannot set one.',
];

function stageSection(stage: Stage): string[] {
  const { key, title, docs, needs, example, block } = stage;
  const needed = needs.map(({ section, why }) => `It needs \`${section}\`: ${why}.`).join(' ');
  const figures = block ? figurePatterns.filter(({ segments }) => segments[0] === block) : [];
  return [
    `## ${title}: \`${key}\``,
    [docs, needed].filter(Boolean).join(' '),
    keysOf(stage),
    yamlBlock(`${key}: ${example}`),
    ...(figures.length > 0 ? [`Figures, in \`${block}\` of the results:`, figureTable(figures)] : []),
  ];
}

/** The keys of a section, or of each plugin in it. */
function keysOf({ params, beside }: Stage): string {
  const family = metaOf(params).plugin ?? beside?.family;
  const isBlock = unwrapped(params) instanceof z.ZodObject;
  return [
    isBlock ? parameterTable(params) : '',
    family
      ? `${capital(withArticle(family))} is a [plugin](plugins.md)${beside ? ', which takes these keys beside its own:' : '.'}`
      : '',
    beside ? parameterTable(beside.keys) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

function figureTable(figures: readonly FigurePattern[]): string {
  const rows = figures.map((figure) => [code(patternOf(figure)), figure.kind, `${figure.docs}.`]);
  return table(['Path', 'Kind', 'What it is'], rows);
}

function patternOf({ segments }: FigurePattern): string {
  return segments
    .map((segment) => (typeof segment === 'string' ? segment : segment.kind.toUpperCase()))
    .join('.')
    .replace('.top.DEPTH', '.topDEPTH');
}

function expectations(): string[] {
  const kinds = Object.entries(nameSources).map(
    ([kind, { what, section }]) => `${kind.toUpperCase()} (a ${what} of \`${section}\`)`,
  );
  return [
    '## Expectations: `expect`',
    `A line is \`path operator number\`, with a per cent sign behind the number of a share: \`accuracy.face-recognition.top1 >= 85%\`.
Operators are \`>=\`, \`<=\`, \`>\`, \`<\`, \`==\` and \`!=\`. A path is that of a figure above, with names in the place of
${kinds.join(', ')}. In a list a segment selects by \`model\`, else by \`name\`, and in \`transfer\` one by the version and the next by the judge; \`topN\` is short for \`top.N\`, and \`tmr@0.001\`
for the \`tmr\` of the entry of \`at\` whose operating point is 0.001; an object with a \`rate\` means its rate. Segments stand between dots, and one that has a dot in it stands in quotes: \`accuracy."acme.net".top1\`.
The same paths serve \`--set\`. A path that leads nowhere does not hold, and a line that does not hold fails the run.`,
    `What a run measures on the same queries is compared, in \`differences\` of the results: each version of the queries with
the originals (\`robustness/VERSION\`, whether it is found; \`poison/VERSION\`, top-1 by the judging model), and each model
with the first (\`accuracy/MODEL\`, top-1). DIFFERENCE stands for such a name: \`differences.robustness/fawkes.pByIdentity < 5e-2\`.`,
    figureTable(figurePatterns.filter(({ segments }) => segments[0] === 'differences')),
    'Figures of every stage, in `stages` of the results:',
    figureTable(figurePatterns.filter(({ segments }) => segments[0] === 'stages')),
  ];
}
