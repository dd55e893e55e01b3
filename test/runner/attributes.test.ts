import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Plugin } from '../../server/src/plugins/declare.js';
import { findPlugin } from '../../server/src/plugins/registry.js';
import { parseAttributes } from '../../server/src/runner/figures/attribute-table.js';
import { writeRepository, xenovaRepository } from '../support/clip/exports.js';
import { tinyText, tinyVision } from '../support/clip/shapes.js';
import { learnVocabulary, tokenizerJson } from '../support/clip/tokenizer.js';
import { lookalike, runToResults } from '../support/command-line.js';
import { writeFaces } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const QUESTION = { yes: 'a person with glasses', no: 'a person without glasses' };

describe('Attributes asked for by words', () => {
  let folder: string;
  const vocabulary = learnVocabulary();
  const images = Array.from({ length: 4 }, (_, person) => `person-00${person}/0.png`);

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 4, 1);
    const repository = xenovaRepository(tinyVision(512), tinyText(512, vocabulary.ids.size), tokenizerJson(vocabulary));
    await writeRepository(join(folder, 'clip'), repository);
  });

  async function write(attributes: string, models = '{use: clip-vit-b-32, path: clip}'): Promise<string> {
    const file = join(folder, 'words.experiment.yaml');
    await writeFile(
      file,
      `dataset: {use: folder, root: faces}\nembed: {models: [${models}]}\nattributes: ${attributes}\n`,
    );
    return file;
  }

  const ask = `{Eyeglasses: [${QUESTION.yes}, ${QUESTION.no}]}`;

  /** What the answers must be, by the model itself. */
  async function answers(): Promise<boolean[]> {
    const plugin = findPlugin('model', 'clip-vit-b-32') as Plugin<'model'>;
    const model = await plugin.load(plugin.params.parse({ path: join(folder, 'clip') }), { folder, threads: 1 });
    assert.ok(model.ok);
    const words = await model.value.embedTexts?.([QUESTION.yes, QUESTION.no]);
    assert.ok(words?.ok);
    const said = images.map(async (image) => {
      const prepared = await model.value.prepare(await readFile(join(folder, 'faces', image)));
      assert.ok(prepared.ok);
      const [vector] = (await model.value.embed([prepared.value])) as Float32Array[];
      const cosine = (word: Float32Array) => vector.reduce((sum, value, at) => sum + value * word[at], 0);
      return cosine(words.value[0]) > cosine(words.value[1]);
    });
    return Promise.all(said);
  }

  it('are counted, each image being nearer to what is said of one side or the other', async () => {
    const { attributes } = await runToResults(await write(`{ask: ${ask}}`));
    const saidYes = (await answers()).filter(Boolean).length;
    assert.deepEqual(attributes, {
      model: 'clip-vit-b-32',
      images: 4,
      questions: [{ name: 'Eyeglasses', ...QUESTION, saidYes }],
    });
  });

  it('are scored against a list of attributes, and expected of', async () => {
    const expected = await answers();
    // Every image is named 0.png: the list can name but one, and its row is what the model says of the first.
    const row = expected[0] ? ' 1' : '-1';
    await writeFile(join(folder, 'attributes.txt'), `1\nBald  Eyeglasses\n${basename(images[0])}   -1  ${row}\n`);
    const { attributes } = await runToResults(await write(`{truth: attributes.txt, ask: ${ask}}`));
    const right = expected.filter((answer) => answer === expected[0]).length;
    const accuracy = attributes?.questions[0].accuracy;
    assert.deepEqual([accuracy?.count, accuracy?.of, accuracy?.rate], [right, 4, right / 4]);
  });

  it('stand in a table of the terminal', async () => {
    const { stdout } = await lookalike(['run', await write(`{ask: ${ask}}`), '--progress', 'none']);
    const saidYes = (await answers()).filter(Boolean).length;
    assert.match(stdout, new RegExp(`Attributes: model clip-vit-b-32 · asked about 4[^]*Eyeglasses +│ ${saidYes} `));
  });

  const faults: Record<string, [attributes: string, models: string | undefined, code: string, exit: number]> = {
    'of a model without words': [`{ask: ${ask}}`, 'face-recognition', 'model-without-words', 2],
    'against a list that is not there': [`{truth: gone.txt, ask: ${ask}}`, undefined, 'path-missing', 2],
    'against a file that is no list': [
      `{truth: words.experiment.yaml, ask: ${ask}}`,
      undefined,
      'attributes-format',
      1,
    ],
    'of an attribute that the list has not': [
      `{truth: attributes.txt, ask: {Wings: [a, b]}}`,
      undefined,
      'attribute-unknown',
      1,
    ],
  };
  for (const [what, [attributes, models, code, exit]] of Object.entries(faults)) {
    it(`are refused ${what}`, async () => {
      const ended = await lookalike(['run', await write(attributes, models), '--progress', 'none']);
      assert.equal(ended.code, exit, ended.stderr);
      assert.match(ended.stderr, new RegExp(code));
    });
  }

  it('are read from CelebA’s list and from Kaggle’s copy of it alike', () => {
    const lists = [
      '2\nBald Smiling\n000001.jpg -1  1\n000002.jpg  1 -1\n',
      'image_id,Bald,Smiling\n000001.jpg,-1,1\n000002.jpg,1,-1\n',
    ];
    for (const text of lists) {
      const table = parseAttributes(text, 'list');
      assert.ok(table.ok);
      assert.deepEqual(
        ['Bald', 'Smiling'].map((name) => table.value.has('000001.jpg', name)),
        [false, true],
      );
      assert.equal(table.value.has('000003.jpg', 'Bald'), undefined);
    }
  });
});
