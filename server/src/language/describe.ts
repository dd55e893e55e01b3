import { jsonSchemaOf } from '../experiment/schema/json-schema.js';
import { defaultOf, metaOf } from '../experiment/schema/schema-facts.js';
import type { DeclaredKey } from '../experiment/schema/schema-place.js';
import { code, rangeInWords, typeInWords } from '../experiment/schema/schema-words.js';
import type { Plugin } from '../plugins/declare.js';
import { withArticle } from '../protocol/figure-text.js';
import type { FigureKind } from '../protocol/results/figure.js';
import { type Figure, withNames } from '../stages/figures.js';

type SaidKey = Omit<DeclaredKey, 'name'>;

/** By its schema, of a key that is required and of one that is not: what is said of a key is asked for at every keystroke. */
const described = [new WeakMap<object, string>(), new WeakMap<object, string>()] as const;

/** A key in Markdown: what it does, its type, range, default and an example. */
export function describeKey(key: SaidKey): string {
  const known = described[key.required ? 1 : 0];
  const said = known.get(key.schema) ?? inMarkdown(key);
  known.set(key.schema, said);
  return said;
}

function inMarkdown(key: SaidKey): string {
  const { description, examples } = metaOf(key.schema);
  const facts = [kindOfKey(key), ...(examples ?? []).slice(0, 1).map((example) => `for example ${code(example)}`)];
  return [description, facts.filter(Boolean).join(' · ')].filter(Boolean).join('\n\n');
}

/** Type, range and default of a key in a line, or the family of its plugin. */
function kindOfKey({ schema, required }: SaidKey): string {
  const { plugin, path, description: _ } = metaOf(schema);
  const json = jsonSchemaOf(schema);
  const type = plugin
    ? `${withArticle(plugin)}: a name, or a block with \`use: name\``
    : typeInWords({ ...json, path });
  const standard = defaultOf(schema);
  const fallback = required ? '**required**' : standard !== undefined && `default ${code(standard)}`;
  return [type, plugin ? undefined : rangeInWords(json), fallback].filter(Boolean).join(' · ');
}

/** A plugin in Markdown: its title, what it does, and an example. */
export function describePlugin({ family, title, docs, example }: Plugin): string {
  return [`**${title}** (${family})`, docs, `\`\`\`yaml\n${example}\n\`\`\``].filter(Boolean).join('\n\n');
}

const KINDS: Readonly<Record<FigureKind, string>> = {
  share: 'a share, from 0% to 100%',
  points: 'a difference of shares, from -100% to 100%',
  count: 'a count',
  distance: 'a distance',
  seconds: 'seconds',
  megabytes: 'megabytes',
  number: 'a number',
};

/** A figure in Markdown: what it is called, what it is a number of, and what it means. */
export function describeFigure({
  label,
  docs,
  kind,
  names,
}: Pick<Figure, 'label' | 'docs' | 'kind' | 'names'>): string {
  return `**${withNames(label, names)}** · ${KINDS[kind]}\n\n${withNames(docs, names)}.`;
}
