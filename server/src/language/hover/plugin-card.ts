import { isDeepStrictEqual } from 'node:util';
import { usesOf } from '../../experiment/plugin-uses.js';
import { metaOf } from '../../experiment/schema/schema-facts.js';
import { keysOf } from '../../experiment/schema/schema-place.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { Facts, Plugin } from '../../plugins/declare.js';
import { pathKindOf } from '../../plugins/params.js';
import { counted, megabytes } from '../../protocol/figure-text.js';
import { inOneLine } from '../../protocol/problem.js';
import { describePlugin } from '../describe.js';
import type { Disk } from '../disk.js';
import type { ExperimentDocument } from '../document.js';
import { documentationOf, pluginHeading } from '../documentation.js';
import type { LanguageServices } from '../services.js';

/** The plugin at a path with its parameters; of a model, what it gives, where it is from, and whether it is there. */
export async function pluginCard(
  document: ExperimentDocument,
  path: SpecPath,
  { plugins, disk }: LanguageServices,
): Promise<string | undefined> {
  const plugin = document.schemaAt(path)?.plugin;
  if (!plugin) return undefined;
  const params = paramsAt(document, path, plugin, plugins);
  const facts = params && plugin.describe?.(params, disk.readHeader);
  const parts = [
    describePlugin(plugin),
    parameterList(plugin),
    facts && factsLine(facts),
    await filesLine(plugin, params, disk),
    sourceLine(plugin),
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** As the file says, defaults filled in; where that cannot be read, the defaults alone if there is one of each. */
function paramsAt(document: ExperimentDocument, path: SpecPath, plugin: Plugin, plugins: readonly Plugin[]) {
  const use =
    document.useAlone(path) ??
    usesOf(document.experiment.draft, plugins).find(({ at }) => isDeepStrictEqual(at, path))?.use;
  return use?.params ?? (plugin.params.safeParse({}).data as Record<string, unknown> | undefined);
}

function parameterList(plugin: Plugin): string {
  return keysOf({ schema: plugin.params }, [])
    .map(({ name, schema }) => `- \`${name}\`: ${metaOf(schema).description}`)
    .join('\n');
}

function factsLine({ dimension, metric, inputSize, duplicateCosine, images }: Facts): string {
  const parts = [
    dimension && `${dimension} numbers an image`,
    metric && `compared by ${metric === 'ip' ? 'inner product' : 'squared L2'}`,
    inputSize && `sees ${inputSize} × ${inputSize} pixels`,
    duplicateCosine && `near-duplicates from cosine ${duplicateCosine}`,
    images && counted(images, 'image'),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Files of a model's weights: those that the plugin finds, and those that parameters name. */
async function filesLine(plugin: Plugin, params: Record<string, unknown> | undefined, disk: Disk): Promise<string> {
  const found = params && plugin.modelFiles?.(params);
  if (found && !found.ok) return inOneLine(found.problem);
  const named = Object.entries(params ?? {}).filter(([key]) => pathKindOf(plugin.params, key) === 'model');
  const files = found?.ok ? found.value : named.map(([, value]) => String(value));
  const lines = await Promise.all(files.map((file) => fileLine(file, disk)));
  return lines.join('\n');
}

async function fileLine(file: string, disk: Disk): Promise<string> {
  const bytes = await disk.sizeOf(file);
  return bytes === undefined ? `\`${file}\` is not on this machine` : `\`${file}\`, ${megabytes(bytes / 1e6)}`;
}

function sourceLine(plugin: Plugin): string {
  const { version, published } = plugin;
  const source = published && `[${published.repository}](https://huggingface.co/${published.repository})`;
  const page = documentationOf('plugins', pluginHeading(plugin));
  const own = page && `[Documentation](${page})`;
  return [source && `Weights: ${source}`, `version ${version}`, own].filter(Boolean).join(' · ');
}
