import { isMap, isScalar, isSeq } from 'yaml';
import type { Family, Plugin } from '../../plugins/declare.js';
import { isRequired } from '../../spec/schema-facts.js';
import { objectShape } from '../../spec/schema-place.js';
import type { SpecTree } from '../../spec/tree.js';
import { type Metric, metricsOf } from './metrics.js';
import type { Probed } from './probe.js';

/** What completion needs to know of the rest of the file, which may be half written. */
export class FileFacts {
  /** Names of the models, but for that at the place itself. */
  readonly modelNames: readonly string[];

  private readonly isParameter: boolean;

  constructor(
    private readonly tree: SpecTree,
    readonly plugins: readonly Plugin[],
    { path, tree: section }: Pick<Probed, 'path' | 'tree'>,
  ) {
    this.isParameter = path[0] === 'poison';
    const isModel = path[0] === 'embed';
    this.modelNames = isModel ? modelNamesIn(section, path[2]) : modelNamesIn(tree);
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
    if (this.isParameter || !this.modelNames.includes(name)) return name;
    let number = 2;
    while (this.modelNames.includes(`${name}-${number}`)) number += 1;
    return `${name}-${number}`;
  }

  /** Keys of the file itself. */
  get topLevelKeys(): readonly string[] {
    const { contents } = this.tree.document;
    return isMap(contents) ? contents.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
  }

  /** The figures that a run of the file will have. */
  get metrics(): readonly Metric[] {
    return metricsOf(this.tree, this.modelNames);
  }
}

function modelNamesIn(tree: SpecTree, except?: string | number): string[] {
  const models = tree.nodeAt(['embed', 'models']);
  if (!isSeq(models)) return [];
  return models.items.flatMap((item, index) => {
    const name = isMap(item) ? (item.get('name') ?? item.get('use')) : isScalar(item) ? item.value : undefined;
    return typeof name === 'string' && index !== except ? name.replaceAll('/', '-') : [];
  });
}
