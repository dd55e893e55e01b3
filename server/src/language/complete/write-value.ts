import { stringify } from 'yaml';
import * as z from 'zod';
import { isRecord } from '../../experiment/plugin-use.js';
import { isRequired, metaOf, unwrapped } from '../../experiment/schema/schema-facts.js';
import { keysOf } from '../../experiment/schema/schema-place.js';
import type { Family } from '../../plugins/declare.js';
import type { FileFacts } from './file-facts.js';
import { literal, Snippet } from './snippet.js';

/** A value as YAML with tab stops: on the line of its key, or as lines of its own, unindented. */
export type Written = { readonly inline: string } | { readonly lines: readonly string[] };

/**
 * Writes values as snippets, in which what a user has to choose is a tab stop: the value that is asked for, and what must
 * be there of a block. The stops of a client last until the last of them is left.
 */
export class ValueWriter {
  constructor(
    private readonly facts: FileFacts,
    private readonly flow: boolean,
    private readonly snippet = new Snippet(),
  ) {}

  /** `key: value`, as lines of which the first begins with the key. */
  entry(key: string, schema: z.core.$ZodType, value: unknown, chosen = true): readonly string[] {
    const written = this.value(schema, value, chosen);
    return 'inline' in written
      ? [`${literal(key)}: ${written.inline}`]
      : [`${literal(key)}:`, ...written.lines.map((line) => `  ${line}`)];
  }

  /** `- value`, as lines. */
  item(schema: z.core.$ZodType, value: unknown, chosen = true): readonly string[] {
    const written = this.value(schema, value, chosen);
    const [first, ...rest] = 'inline' in written ? [written.inline] : written.lines;
    return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
  }

  /** `chosen`: whether it is the user's to choose, and so has a stop. */
  value(schema: z.core.$ZodType, value: unknown, chosen = true): Written {
    const { plugin: family } = metaOf(schema);
    if (isRecord(value)) return this.block(family ? this.pluginEntries(family, value) : this.entries(schema, value));
    if (Array.isArray(value)) return this.list(schema, value, chosen);
    if (!chosen) return { inline: literal(this.text(value)) };
    return { inline: family ? this.pluginName(family, String(value)) : this.scalar(schema, value) };
  }

  private entries(schema: z.core.$ZodType, block: Record<string, unknown>): readonly string[] {
    const bare = unwrapped(schema);
    return Object.entries(block).flatMap(([key, value]) => {
      const child =
        bare instanceof z.ZodObject ? bare.shape[key] : bare instanceof z.ZodRecord ? bare.valueType : undefined;
      return this.entry(key, child ?? z.unknown(), value, child !== undefined && isRequired(child));
    });
  }

  /** Entries of a plugin's block, as lines. */
  pluginEntries(
    family: Family,
    block: Record<string, unknown>,
    plugin = this.facts.pluginsOf(family).find(({ name }) => name === block.use),
  ): readonly string[] {
    const keys = keysOf({ schema: z.unknown(), family, plugin }, this.facts.plugins);
    return Object.entries(block).flatMap(([key, value]) => {
      if (key === 'use') return [`use: ${literal(this.text(value))}`];
      const declared = keys.find(({ name }) => name === key);
      return this.entry(key, declared?.schema ?? z.unknown(), value, declared?.required);
    });
  }

  private block(lines: readonly string[]): Written {
    return this.flow ? { inline: `{${lines.join(', ')}}` } : { lines };
  }

  private list(schema: z.core.$ZodType, values: readonly unknown[], chosen: boolean): Written {
    const bare = unwrapped(schema);
    const elementAt = (n: number) =>
      bare instanceof z.ZodArray
        ? bare.element
        : bare instanceof z.ZodTuple
          ? (bare.def.items[n] ?? z.unknown())
          : z.unknown();
    const { plugin, names } = metaOf(elementAt(0));
    if (!this.flow && (plugin ?? names))
      return { lines: values.flatMap((value, n) => this.item(elementAt(n), value, chosen)) };
    const onTheLine = new ValueWriter(this.facts, true, this.snippet);
    return { inline: `[${values.map((value, n) => textOf(onTheLine.value(elementAt(n), value, chosen))).join(', ')}]` };
  }

  private pluginName(family: Family, name: string): string {
    const others = this.facts.pluginsOf(family).filter((plugin) => this.facts.isComplete(plugin));
    return this.snippet.choice([...new Set([name, ...others.map((plugin) => plugin.name)])]);
  }

  private scalar(schema: z.core.$ZodType, value: unknown): string {
    const { names } = metaOf(schema);
    const words = names === 'model' ? this.facts.modelNames : wordsOf(schema);
    const text = this.text(value);
    return words ? this.snippet.choice([...new Set([text, ...words])]) : this.snippet.stop(text);
  }

  private text(value: unknown): string {
    if (typeof value === 'boolean' || Number.isFinite(value)) return String(value);
    const text = stringify(value, { lineWidth: 0 }).trimEnd();
    return this.flow && typeof value === 'string' && /[,[\]{}]/.test(text) ? JSON.stringify(value) : text;
  }
}

/** A value that stands on a line. */
export function textOf(written: Written): string {
  return 'inline' in written ? written.inline : written.lines.join(' ');
}

/** The words that a schema takes, where it takes no others. */
export function wordsOf(schema: z.core.$ZodType): readonly string[] | undefined {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodEnum) return bare.options.map(String);
  if (bare instanceof z.ZodLiteral) return [...bare.values].map(String);
  return bare instanceof z.ZodBoolean ? ['true', 'false'] : undefined;
}
