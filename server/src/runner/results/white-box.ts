import { sameWeights, type WeightsDigest, weightsDigest } from '../../onnx/weights/weights-digest.js';
import { readModelHeader, weightFiles } from '../../plugins/model-header.js';
import { pathKindOf } from '../../plugins/params.js';
import type { WhiteBox } from '../../protocol/results/figure.js';
import type { PluginUse } from '../../stages/spec.js';
import { cachedFacts } from '../../store/cache/cached-facts.js';
import { keyOf } from '../../store/files.js';
import { factsOf, openSurrogate, pluginFor, type RunContext } from '../context.js';
import { pluginKey } from '../model-key.js';

/** The models that a perturbation looks into, as far as it is said. */
export function surrogatesOf({ params }: PluginUse): readonly PluginUse[] {
  return Array.isArray(params.surrogates) ? (params.surrogates as PluginUse[]) : [];
}

/**
 * Whether a perturbation could look into the model that judges it: a surrogate has its weights, wherever their files are
 * and however it is shown a face. `unknown` of a tool that does not say what it was made against, and where the weights
 * of two models cannot be compared.
 */
export async function whiteBoxOf(context: RunContext, perturbation: PluginUse, judge: PluginUse): Promise<WhiteBox> {
  const { surrogates } = pluginFor(context, 'perturbation', perturbation.use);
  if (surrogates === 'none') return false;
  if (perturbation.params.surrogates === undefined) return 'unknown';
  const verdicts: WhiteBox[] = [];
  for (const surrogate of surrogatesOf(perturbation)) verdicts.push(await haveSameWeights(context, surrogate, judge));
  return verdicts.includes(true) || (verdicts.includes('unknown') ? 'unknown' : false);
}

/** What is certain at a glance first: the same content, or another number of numbers in an embedding. */
async function haveSameWeights(context: RunContext, a: PluginUse, b: PluginUse): Promise<WhiteBox> {
  if ((await contentOf(context, a)) === (await contentOf(context, b))) return true;
  const [first, second] = [a, b].map((use) => factsOf(context, 'model', use).dimension);
  if (first !== undefined && second !== undefined && first !== second) return false;
  const digests = [await digestOf(context, a), await digestOf(context, b)] as const;
  return digests[0] && digests[1] ? sameWeights(digests[0], digests[1]) : 'unknown';
}

/** The content of the files that a model's weights are in; its plugin, where that brings them along. */
async function contentOf({ plugins, files }: RunContext, { use, params }: PluginUse): Promise<string> {
  const plugin = pluginFor({ plugins }, 'model', use);
  const named = Object.entries(params).flatMap(([name, value]) =>
    typeof value === 'string' && pathKindOf(plugin.params, name) === 'model' ? value : [],
  );
  const located = plugin.modelFiles?.(params);
  const models = [...named, ...(located?.ok ? located.value : [])];
  if (models.length === 0) return keyOf({ use, params: plugin.name.includes('/') ? params : undefined });
  const hashes: string[] = [];
  for (const model of models) {
    const header = readModelHeader(model);
    const all = header.ok ? weightFiles(model, header.value) : header;
    for (const file of all.ok ? all.value : [model]) hashes.push(await files.hash(file));
  }
  return keyOf(hashes);
}

/** Undefined of a model whose network cannot be opened as one that has a gradient. */
async function digestOf(context: RunContext, use: PluginUse): Promise<WeightsDigest | undefined> {
  const key = { digest: 1, model: await pluginKey(context, 'model', use) };
  const { value } = await cachedFacts(context, 'weights', key, async () => {
    const opened = await openSurrogate(context, use);
    return { digest: opened.ok ? weightsDigest(opened.value.network) : undefined };
  });
  return value.digest;
}

/** What results call a model that has no name of its own: its plugin, or its file's name. */
export function surrogateName(context: Pick<RunContext, 'plugins'>, { use, params }: PluginUse): string {
  const schema = pluginFor(context, 'model', use).params;
  const file = Object.entries(params).find(([name]) => pathKindOf(schema, name) === 'model')?.[1];
  return typeof file === 'string' ? (file.split(/[\\/]/).at(-1) ?? use) : use;
}
