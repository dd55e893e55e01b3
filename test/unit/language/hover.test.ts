import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { MarkupContent } from 'vscode-languageserver-types';
import { hover } from '../../../server/src/language/features/hover.js';
import type { ServiceOptions } from '../../../server/src/language/services.js';
import { exampleResults } from '../../support/example-results.js';
import { knownRun } from '../../support/known-runs.js';
import { markRanges, openMarked } from '../../support/marked-yaml.js';
import { newWorkspace } from '../../support/workspace.js';

async function hovered(marked: string, options: ServiceOptions = {}): Promise<string> {
  const { document, services, cursor } = openMarked(marked, options);
  const found = await hover(document, cursor, services);
  return (found?.contents as MarkupContent | undefined)?.value ?? '';
}

function assertSays(text: string, ...said: RegExp[]) {
  for (const pattern of said) assert.match(text, pattern);
}

describe('Hovering', () => {
  const { LOOKALIKE_MODELS } = process.env;
  before(async () => {
    process.env.LOOKALIKE_MODELS = await newWorkspace();
  });
  after(() => {
    if (LOOKALIKE_MODELS === undefined) delete process.env.LOOKALIKE_MODELS;
    else process.env.LOOKALIKE_MODELS = LOOKALIKE_MODELS;
  });

  it('a key says what it does, its type, range and default', async () => {
    const text = await hovered('dataset: synthetic\nthreshold: {percen‸tile: 90}\n');
    assertSays(text, /the same person/, /number/, /0 to 100/, /default `95`/);
  });

  it('a value says what its key does', async () => {
    assertSays(await hovered('dataset: {use: synthetic, seed: ‸7}\n'), /\*\*seed\*\*/, /drawn by/);
    assertSays(await hovered('accuracy: {top: [1, ‸5]}\n'), /\*\*top\*\*/, /Depths/, /default `\[1,5\]`/);
  });

  it('a matrix says how many variants it makes, and an axis and a value in how many they are', async () => {
    const base = 'dataset: synthetic\nqueries: {sample: 5}\nembed: {models: [face-recognition]}\naccuracy:\n';
    const matrix =
      'matrix: {queries.seed: [1, 2, 3], dataset.seed: [4, 5], exclude: [{queries.seed: 1, dataset.seed: 4}]}\n';
    const at = (text: string) => hovered(base + matrix.replace(text, `${text.slice(0, -1)}‸${text.slice(-1)}`));
    assertSays(
      await at('matrix'),
      /\*\*5 variants\*\* of 3 × `queries\.seed`, 2 × `dataset\.seed`/,
      /- queries\.seed=1, dataset\.seed=5/,
    );
    const work = { stage: 'embed', total: 480, cached: 0, seconds: 300, diskMb: 2, memoryMb: null };
    const runs = {
      of: () => ({
        ...knownRun(exampleResults()).of(openMarked('‸').document),
        planned: [{ ...work, label: 'face-recognition' }],
      }),
    };
    const { document, services, cursor } = openMarked(base + matrix.replace('matrix', 'matri‸x'));
    const planned = (await hover(document, cursor, { ...services, runs }))?.contents as MarkupContent;
    assertSays(planned.value, /- `face-recognition`: 480 images of 480 to compute: about 5 min, 2 MB on disk/);
    assertSays(await at('queries.seed'), /3 values · 5 of 5 variants have this axis/, /drawn by/);
    assertSays(await at('[1'), /2 of 5|1 of 5/);
  });

  it('a plugin’s name says what it is, its parameters and its version', async () => {
    const text = await hovered('dataset: synth‸etic\n');
    assertSays(text, /Portraits/, /- `identities`: How many people/, /240 images/, /version 1/, /plugins\.md#L\d+/);
    assert.equal(await hovered('dataset: {use: synth‸etic}\n'), text);
  });

  it('a data set counts the images that it will draw, with the parameters of the file', async () => {
    assertSays(await hovered('dataset: {use: synth‸etic, identities: 1000, images: 3}\n'), /3,000 images/);
  });

  it('a model shows its card: dimension, metric, input size', async () => {
    const text = await hovered('dataset: synthetic\nembed: {models: [face-recog‸nition]}\naccuracy:\n');
    assertSays(text, /128 numbers an image · compared by squared L2 · sees 150 × 150 pixels/, /MIT/);
  });

  it('a model whose weights are fetched says where they are from, and that they are not there', async () => {
    const text = await hovered('dataset: synthetic\nembed: {models: [clip-vit-‸b-32]}\naccuracy:\n');
    assertSays(
      text,
      /512 numbers/,
      /huggingface\.co/,
      /not on this machine\. Fetch it: lookalike models fetch clip-vit-b-32/,
    );
  });

  it('a model of the user’s own says where its file is, and its size', async () => {
    const file = join(import.meta.dirname, 'hover.test.ts');
    const text = await hovered(`dataset: synthetic\nembed: {models: [{use: on‸nx, file: ${file}}]}\naccuracy:\n`);
    assertSays(text, new RegExp(`hover\\.test\\.ts\`, ${statSync(file).size < 1e6 ? 'under 1 MB' : ''}`));
    const gone = await hovered('dataset: synthetic\nembed: {models: [{use: on‸nx, file: a.onnx}]}\naccuracy:\n');
    assertSays(gone, /a\.onnx` is not on this machine/);
  });

  it('a name shows what is called so', async () => {
    const text = 'dataset: synthetic\nembed: {models: [{use: onnx, name: mine, file: x}]}\npoison: {p: test/noise}\n';
    assertSays(await hovered(`${text}threshold: {model: mi‸ne}\n`), /Any image encoder/);
    assertSays(await hovered(`${text}expect: [poison.‸p.top1 < 5%]\n`), /only declared/);
    assertSays(await hovered(text.replace('p: test', 'p‸: test')), /only declared/);
  });

  it('an alias or an anchor shows what it stands for', async () => {
    const text = 'dataset: &faces\r\n  use: synthetic # drawn\r\n  seed: 3\r\ngallery: *faces\r\n';
    const shown = /`\*faces` stands for\n`+yaml\nuse: synthetic # drawn\n {2}seed: 3\n`+/;
    assertSays(await hovered(text.replace('*faces', '*fa‸ces')), shown);
    assertSays(await hovered(text.replace('&faces', '&fa‸ces')), shown);
    assertSays(await hovered('a: &x 1\nb: &x 2\nc: *‸x\n'), /\n2\n/);
  });

  it('says what was last measured there, and when, and whether the file has changed since', async () => {
    const text = `dataset: synthetic
embed: {models: [face-recognition]}
accuracy:
threshold: {perc‸entile: 95}
`;
    const runs = knownRun(exampleResults());
    assertSays(await hovered(text, { runs }), /t = \S+ median/, /Measured 2026-01-31/);
    const inList = text.replace('‸', '').replace('face-', 'face‸-');
    assertSays(await hovered(inList, { runs }), /128 numbers/, /top-1 \d+\.\d %/, /95 % interval/);
    assertSays(
      await hovered(inList, { runs: knownRun(exampleResults(), true) }),
      /with other settings than the file has now/,
    );
    assert.doesNotMatch(await hovered(text), /median|Measured/);
  });

  it('says nothing where there is nothing to say', async () => {
    for (const text of ['# com‸ment\n', 'unkn‸own: 1\n', '‸', '[bro‸ken\n'])
      assert.equal(await hovered(text), '', text);
  });

  it('covers the word that it is about, in files of Windows and after letters of two units', async () => {
    const marked = 'name: 😀\r\nthreshold: {"😀": 1, ⟦per‸centile⟧: 90}\r\n';
    const opened = openMarked(marked);
    const found = await hover(opened.document, opened.cursor, opened.services);
    assert.equal(markRanges(opened, found?.range ? [found.range] : []), marked.replace('‸', ''));
  });
});
