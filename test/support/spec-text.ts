import { join } from 'node:path';
import * as z from 'zod';
import { checkFiles } from '../../server/src/experiment/checks/check-files.js';
import type { Diagnostic } from '../../server/src/experiment/checks/diagnostics.js';
import { type ReadExperiment, type ReadOptions, readExperiment } from '../../server/src/experiment/read.js';
import { shownAndSilenced } from '../../server/src/experiment/syntax/disable-comments.js';
import { definePlugin, type Plugin } from '../../server/src/plugins/declare.js';
import { pluginList } from '../../server/src/plugins/params.js';
import { plugins as builtIn } from '../../server/src/plugins/registry.js';
import { fail } from '../../server/src/protocol/errors.js';

/** Tests are the same on machines to which models were fetched. */
process.env.LOOKALIKE_MODELS ??= join(import.meta.dirname, 'no-models');

/** An experiment file in this folder: paths in a text are relative to it. It need not be there. */
export const EXPERIMENT = join(import.meta.dirname, 'example.experiment.yaml');

/** Plugins of a vendor's, so that a test depends on no more of the product's own than it names. */
const vendors: readonly Plugin[] = [
  definePlugin({
    family: 'model',
    name: 'test/model',
    version: 1,
    title: 'A model that is only declared',
    docs: '',
    params: z.object({}),
    example: 'test/model',
    load: async () => fail('declared-only', 'test/model is only declared'),
  }),
  definePlugin({
    family: 'retrieval',
    name: 'test/engine',
    version: 1,
    title: 'An engine that is only declared',
    docs: '',
    params: z.object({}),
    example: 'test/engine',
    load: async () => fail('declared-only', 'test/engine is only declared'),
  }),
  definePlugin({
    family: 'retrieval',
    name: 'test/service',
    version: 1,
    title: 'A service elsewhere that is only declared',
    docs: '',
    params: z.object({}),
    example: 'test/service',
    permission: () => 'remote',
    load: async () => fail('declared-only', 'test/service is only declared'),
  }),
  definePlugin({
    family: 'perturbation',
    name: 'test/noise',
    version: 1,
    title: 'A perturbation that is only declared',
    docs: '',
    params: z.object({ strength: z.number().default(1) }),
    example: '{use: test/noise, strength: 2}',
    load: async () => fail('declared-only', 'test/noise is only declared'),
  }),
  definePlugin({
    family: 'perturbation',
    name: 'test/attack',
    version: 1,
    title: 'A perturbation with surrogates that is only declared',
    docs: '',
    params: z.object({ surrogates: pluginList('model', 'Models to attack.', ['face-recognition']) }),
    example: '{use: test/attack, surrogates: [face-recognition]}',
    load: async () => fail('declared-only', 'test/attack is only declared'),
  }),
];

export const plugins: readonly Plugin[] = [...builtIn, ...vendors];

/** Reads an experiment file's text as the product does, in an environment that has no variables. */
export function read(text: string, options: Partial<ReadOptions> = {}): ReadExperiment {
  return readExperiment(text, { file: EXPERIMENT, env: {}, plugins, ...options });
}

/** All that is shown to be wrong with a text, paths on disk included, in the order of the text. */
export async function diagnose(text: string, options: Partial<ReadOptions> = {}): Promise<Diagnostic[]> {
  const experiment = read(text, options);
  const found = [...experiment.diagnostics, ...(await checkFiles(experiment, plugins))];
  const { shown } = shownAndSilenced(experiment, found);
  return shown.sort((a, b) => a.range.start.offset - b.range.start.offset);
}

/** Offsets in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text without its «marks», and where they stood: in `a «b» c`, the text `a b c` and the span of `b`. */
export function unmark(marked: string): { text: string; spans: Span[] } {
  const [first, ...rest] = marked.split('«');
  let text = first;
  const spans = rest.map((part) => {
    const [inside, after] = part.split('»');
    const start = text.length;
    text += inside + after;
    return { start, end: start + inside.length };
  });
  return { text, spans };
}

export function spanOf({ range }: Pick<Diagnostic, 'range'>): Span {
  return { start: range.start.offset, end: range.end.offset };
}
