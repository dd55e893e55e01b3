import { type Hover, MarkupKind, type Position } from 'vscode-languageserver-types';
import { isScalar } from 'yaml';
import { parseExpectation } from '../../experiment/expectations/expectation.js';
import { isRequired } from '../../experiment/schema/schema-facts.js';
import type { Place } from '../../experiment/syntax/locate.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import { figureAt } from '../../stages/figures.js';
import { describeFigure, describeKey } from '../describe.js';
import type { ExperimentDocument } from '../document.js';
import { anchorCard } from '../hover/anchor-card.js';
import { matrixCard } from '../hover/matrix-card.js';
import { measuredOf } from '../hover/measured-of.js';
import { pluginCard } from '../hover/plugin-card.js';
import { nameAt, namesIn } from '../names/names-in.js';
import { isSame, type Occurrence } from '../names/occurrence.js';
import type { LanguageServices } from '../services.js';

/** What stands at a position: the key, the plugin, or what is called so; and what was last measured of it. */
export async function hover(
  document: ExperimentDocument,
  position: Position,
  services: LanguageServices,
): Promise<Hover | null> {
  const name = nameAt(document, position);
  const place = document.tree.placeAt(document.offsetAt(position));
  const named = name && pathOfName(document, name);
  const path = named ?? place?.path ?? [];
  const parts = [
    name?.kind === 'anchor' ? anchorCard(document, name) : undefined,
    named ? await pluginCard(document, named, services) : place && (await aboutPlace(document, place, services)),
    measuredOf(document, path, services.runs),
  ].filter((part) => part !== undefined && part !== '');
  if (parts.length === 0) return null;
  const range = name ? document.range(name.start, name.end) : rangeOf(document, place);
  return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n---\n\n') }, range };
}

/** Where the model or perturbation that a name means is given. */
function pathOfName(document: ExperimentDocument, name: Occurrence): SpecPath | undefined {
  if (name.kind === 'anchor') return undefined;
  const given =
    name.role === 'reference'
      ? namesIn(document).find((other) => other.role !== 'reference' && isSame(other, name))
      : name;
  return given && document.tree.placeAt(given.start)?.path.slice(0, name.kind === 'model' ? 3 : 2);
}

async function aboutPlace(
  document: ExperimentDocument,
  { path, part }: Place,
  services: LanguageServices,
): Promise<string | undefined> {
  const ofMatrix = matrixCard(document, path, () => services.runs?.of(document).planned ?? []);
  if (ofMatrix) return path.length === 1 ? [ofMatrix, aboutKey(document, path)].join('\n\n') : ofMatrix;
  if (path[0] === 'expect' && path.length === 2) return aboutFigure(document, path) ?? aboutKey(document, path);
  const isName = part === 'value' && path[path.length - 1] === 'use';
  const card = part === 'value' ? await pluginCard(document, isName ? path.slice(0, -1) : path, services) : undefined;
  return card ?? aboutKey(document, path);
}

/** Of an expectation, the figure that it is about. */
function aboutFigure({ tree }: ExperimentDocument, path: SpecPath): string | undefined {
  const line = tree.nodeAt(path);
  const parsed = isScalar(line) ? parseExpectation(String(line.value)) : undefined;
  const figure = parsed?.ok ? figureAt(parsed.value.path) : undefined;
  return figure && describeFigure({ ...figure.pattern, names: figure.names });
}

/** Of a list's item, the list's key. */
function aboutKey(document: ExperimentDocument, path: SpecPath): string | undefined {
  const end = path.findLastIndex((segment) => typeof segment === 'string');
  const schema = document.schemaAt(path.slice(0, end + 1))?.schema;
  if (end < 0 || !schema) return undefined;
  const name = String(path[end]);
  return `**${name}**\n\n${describeKey({ schema, required: isRequired(schema) })}`;
}

function rangeOf(document: ExperimentDocument, place: Place | undefined) {
  const range = place?.node?.range;
  return range ? document.range(range[0], range[1]) : undefined;
}
