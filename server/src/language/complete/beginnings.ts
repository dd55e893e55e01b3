import { parse } from 'yaml';
import * as z from 'zod';
import { isRecord } from '../../experiment/plugin-use.js';
import { defaultOf, isRequired, metaOf, unwrapped } from '../../experiment/schema/schema-facts.js';
import { SHARED_KEYS } from '../../experiment/schema/schema-place.js';
import type { Family, Plugin } from '../../plugins/declare.js';
import { itemAt } from '../../protocol/item-at.js';
import { defaultName } from '../../protocol/names.js';
import type { FileFacts } from './file-facts.js';

/** Values to begin with: what completion writes for a key, taken from the declarations alone. */
export class Beginnings {
  constructor(private readonly facts: FileFacts) {}

  /** A value that the schema takes: its default, its example, or the plainest there is. */
  of(schema: z.core.$ZodType, name: string): unknown {
    const { plugin, names, examples, path } = metaOf(schema);
    if (plugin) return this.ofFamily(plugin);
    if (names === 'model') return this.facts.modelNames[0] ?? name;
    if (names === 'perturbation') return this.facts.otherPerturbations[0] ?? name;
    if (names === 'metric') return `${this.facts.figures[0]?.path ?? 'images.total'} >= 0`;
    const bare = unwrapped(schema);
    if (bare instanceof z.ZodObject) return examples?.[0] ?? this.ofObject(bare);
    const standard = defaultOf(schema);
    if (standard !== undefined && !isEmptyList(standard)) return standard;
    return examples?.[0] ?? (path ? `path/to/${path}` : this.ofKind(bare, name));
  }

  /** The plugin with the parameters that its declaration shows as an example, under a name that is free. */
  ofPlugin(plugin: Plugin): Record<string, unknown> {
    const { name: _, use, ...params } = exampleOf(plugin);
    return { use: plugin.name, ...this.nameFor(plugin), ...params };
  }

  /** The plugin by its name alone, where that is enough. */
  ofPluginInList(plugin: Plugin): unknown {
    const name = this.nameFor(plugin);
    if (!this.facts.isComplete(plugin)) return this.ofPlugin(plugin);
    return name.name ? { use: plugin.name, ...name } : plugin.name;
  }

  private ofFamily(family: Family): unknown {
    const [first] = this.facts.pluginsOf(family);
    return first && this.ofPlugin(first);
  }

  private nameFor({ family, name }: Plugin): { name?: string } {
    if (!SHARED_KEYS[family]?.shape.name) return {};
    const own = defaultName(name);
    const free = this.facts.freeName(own);
    return free === own ? {} : { name: free };
  }

  /** What a block needs; a block that needs nothing begins with its first key. */
  private ofObject({ shape }: z.ZodObject): Record<string, unknown> {
    const keys = Object.keys(shape);
    const needed = keys.filter((key) => isRequired(shape[key]));
    const chosen = needed.length > 0 ? needed : keys.slice(0, 1);
    return Object.fromEntries(chosen.map((key) => [key, this.of(shape[key], key)]));
  }

  private ofKind(schema: z.core.$ZodType, name: string): unknown {
    if (schema instanceof z.ZodArray) return [this.ofItem(schema.element, name)];
    if (schema instanceof z.ZodTuple) return schema.def.items.map((item) => this.of(item, name));
    if (schema instanceof z.ZodRecord) return this.ofRecord(schema);
    if (schema instanceof z.ZodEnum) return schema.options[0];
    if (schema instanceof z.ZodLiteral) return schema.value;
    if (schema instanceof z.ZodUnion) return this.of(itemAt(schema.options, 0), name);
    if (schema instanceof z.ZodBoolean) return true;
    if (schema instanceof z.ZodNumber) return Math.max(1, schema.minValue ?? 1);
    return name;
  }

  private ofItem(schema: z.core.$ZodType, name: string): unknown {
    const { plugin: family } = metaOf(schema);
    const [first] = family ? this.facts.pluginsOf(family) : [];
    return first ? this.ofPluginInList(first) : this.of(schema, name);
  }

  private ofRecord({ valueType }: z.ZodRecord): Record<string, unknown> {
    const { plugin: family } = metaOf(valueType);
    const [first] = family ? this.facts.pluginsOf(family) : [];
    return first ? { [defaultName(first.name)]: this.ofPlugin(first) } : {};
  }
}

/** What is offered at a keystroke may be every plugin's. */
const examples = new WeakMap<Plugin, Readonly<Record<string, unknown>>>();

function exampleOf(plugin: Plugin): Readonly<Record<string, unknown>> {
  const known = examples.get(plugin);
  if (known) return known;
  const read = parse(plugin.example) as unknown;
  const example = isRecord(read) ? read : {};
  examples.set(plugin, example);
  return example;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
