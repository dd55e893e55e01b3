import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { isRecord } from '../../experiment/plugin-use.js';
import { isRequired } from '../../experiment/schema/schema-facts.js';
import { objectShape } from '../../experiment/schema/schema-place.js';
import { plainOf } from '../../experiment/syntax/plain.js';
import type { Family, Plugin } from '../../plugins/declare.js';
import { defaultName } from '../../protocol/names.js';
import { type Figure, figuresOfFile, namesInFile } from '../../stages/figures.js';
import type { Outline } from './outline.js';
import type { Probed } from './probe.js';

/** What completion needs to know of the rest of the file, which may be half written. */
export class FileFacts {
  private names: readonly string[] | undefined;

  constructor(
    private readonly outline: Outline,
    readonly plugins: readonly Plugin[],
    private readonly place: Pick<Probed, 'path' | 'tree'>,
  ) {}

  /** Names of the models, but for that at the place itself. */
  get modelNames(): readonly string[] {
    const { path, tree } = this.place;
    this.names ??= path[0] === 'embed' ? modelNamesIn(tree, path[2]) : modelNamesIn(this.outline);
    return this.names;
  }

  /** Names of the perturbations, but for that at the place itself. */
  get otherPerturbations(): readonly string[] {
    const poison = this.outline.nodeAt(['poison']);
    if (!isMap(poison)) return [];
    const names = poison.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
    return names.filter((name) => name !== '' && name !== this.place.path[1]);
  }

  pluginsOf(family: Family): readonly Plugin[] {
    return this.plugins.filter((plugin) => plugin.family === family);
  }

  /** Whether a plugin's name is all that must be said of it. */
  isComplete({ params }: Plugin): boolean {
    return !Object.values(objectShape(params)).some(isRequired);
  }

  /** The name, or the first with a number behind it that no model has. A plugin's parameter needs no name. */
  freeName(name: string): string {
    if (this.place.path[0] === 'poison' || !this.modelNames.includes(name)) return name;
    let number = 2;
    while (this.modelNames.includes(`${name}-${number}`)) number += 1;
    return `${name}-${number}`;
  }

  /** Keys of the file itself. */
  get topLevelKeys(): readonly string[] {
    return this.outline.keys;
  }

  /** The figures that a run of the file will have, those that matter first. */
  get figures(): readonly Figure[] {
    const { outline } = this;
    const names = namesInFile((section) => plainOf(outline.nodeAt([section])));
    const all = figuresOfFile({ ...names, model: this.modelNames }, (section) => outline.keys.includes(section));
    return [...all.filter(({ short }) => short !== undefined), ...all.filter(({ short }) => short === undefined)];
  }
}

function modelNamesIn(tree: Pick<Outline, 'nodeAt'>, except?: string | number): string[] {
  const models = tree.nodeAt(['embed', 'models']);
  if (!isSeq(models)) return [];
  return models.items.flatMap((item, index) => {
    const model = plainOf(item as Node | null);
    const name = isRecord(model) ? (model.name ?? model.use) : model;
    return typeof name === 'string' && index !== except ? defaultName(name) : [];
  });
}
