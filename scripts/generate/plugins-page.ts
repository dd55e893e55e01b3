import { pluginHeading } from '../../server/src/language/documentation.js';
import type { Family, Plugin } from '../../server/src/plugins/declare.js';
import { GENERATED, shellBlock, yamlBlock } from './markdown.js';
import { parameterTable } from './parameter-table.js';

const FAMILIES: Record<Family, { title: string; says: string; place(example: string): string }> = {
  dataset: {
    title: 'Data sets',
    says: 'Where images come from, and whose they are: `dataset:` and `gallery:`.',
    place: (example) => `dataset: ${example}`,
  },
  model: {
    title: 'Models',
    says: 'What turns an image into a vector: an entry of `embed.models`. Each may carry a `name`, its key in the results.',
    place: (example) => `embed:\n  models:\n    - ${indented(example, 6)}`,
  },
  index: {
    title: 'Indexes',
    says: 'What finds the nearest vectors: `index:`.',
    place: (example) => `index: ${example}`,
  },
  perturbation: {
    title: 'Perturbations',
    says: 'What changes an image so that it is not recognised: an entry of `poison:`, under a name of its own.',
    place: (example) => `poison:\n  mine: ${indented(example, 4)}`,
  },
  countermeasure: {
    title: 'Countermeasures',
    says: 'What a tracker does to photographs before it embeds them: an entry of `countermeasures:`, under a name of its own.',
    place: (example) => `countermeasures:\n  mine: ${indented(example, 4)}`,
  },
  retrieval: {
    title: 'Retrieval engines',
    says: 'What searches the gallery, here or elsewhere: `retrieve:`. Each takes `model` (default: the first) and `results` (default: 50) too.',
    place: (example) => `retrieve: ${example}`,
  },
  executor: {
    title: 'Executors',
    says: 'What computes the shards of heavy work: `--executor NAME` of `lookalike run`, with its parameters as `--executor-set key=value`; in VS Code the settings `lookalike.executor` and `lookalike.executorSettings`. An experiment names none: results are the same.',
    place: (example) => example,
  },
};

/** docs/plugins.md: every plugin with its parameters and an example. */
export function pluginsPage(plugins: readonly Plugin[]): string {
  const families = (Object.keys(FAMILIES) as Family[]).map((family) => {
    const own = plugins.filter((plugin) => plugin.family === family);
    return own.length > 0 ? familySection(family, own) : '';
  });
  const intro = `Where an experiment takes a plugin, it stands by name (\`index: flat\`) or with its parameters
(\`index: {use: flat, metric: ip}\`). Paths are relative to the experiment's file; \`~\`, \`\${env:NAME}\` and
\`\${workspaceFolder}\` expand. [Another plugin is one file](../CONTRIBUTING.md#add-a-plugin-in-three-steps).`;
  return `${[GENERATED, '# Plugins', intro, ...families.filter(Boolean)].join('\n\n')}\n`;
}

function familySection(family: Family, plugins: readonly Plugin[]): string {
  const { title, says } = FAMILIES[family];
  return [`## ${title}`, says, ...plugins.map(pluginSection)].join('\n\n');
}

function pluginSection(plugin: Plugin): string {
  const { title, docs } = plugin;
  return [
    `### ${pluginHeading(plugin)}`,
    `**${title}**`,
    docs,
    parameterTable(plugin.params),
    plugin.family === 'executor' ? shellBlock(exampleOf(plugin)) : yamlBlock(exampleOf(plugin)),
  ].join('\n\n');
}

/** A plugin's example at its place in an experiment. */
export function exampleOf({ family, example }: Plugin): string {
  return FAMILIES[family].place(example.trim());
}

function indented(text: string, by: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(by)}`);
}
