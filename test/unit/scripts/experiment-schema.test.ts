import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { exampleOf } from '../../../scripts/generate/plugins-page.js';
import { plugins } from '../../../server/src/plugins/registry.js';
import { exampleResults } from '../../support/example-results.js';
import { offeredBySchema } from '../../support/yaml-language-server.js';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, validateFormats: false });
const compile = (path: string) => ajv.compile(JSON.parse(read(path)));

const MODELS = 'embed: {models: [face-recognition]}';

describe('schemas/experiment.schema.json', () => {
  const validate = compile('schemas/experiment.schema.json');

  /** What is wrong with a text, in one line. */
  function faultOf(text: string): string {
    const valid = validate(parse(text));
    return valid ? '' : ajv.errorsText(validate.errors) + JSON.stringify(validate.errors?.map(({ params }) => params));
  }

  const examples = readdirSync(join(root, 'experiments')).filter((name) => /\.experiment\.ya?ml$/.test(name));
  for (const name of examples) {
    it(`takes experiments/${name}`, () => assert.equal(faultOf(read(`experiments/${name}`)), ''));
  }

  it('takes the example of the README', () => {
    const [, example] = read('README.md').match(/```yaml\n(# faces\.experiment\.yaml\n.+?)```/s) ?? [];
    assert.equal(faultOf(example), '');
  });

  it('takes sections without a value, a plugin by its name, and a third party’s with any parameter', () => {
    assert.equal(faultOf(`dataset: synthetic\n${MODELS}\naccuracy:\nthreshold:\nindex: flat`), '');
    assert.equal(faultOf('dataset: {use: vendor/faces, anything: 5}\nretrieve: vendor/engine'), '');
  });

  for (const plugin of plugins.filter(({ family }) => family !== 'executor')) {
    it(`takes the example of ${plugin.family} ${plugin.name}`, () => {
      const example = exampleOf(plugin);
      assert.equal(faultOf(plugin.family === 'dataset' ? example : `dataset: synthetic\n${example}`), '');
    });
  }

  it('has a name of its own', () => {
    assert.match(JSON.parse(read('schemas/experiment.schema.json')).$id, /^urn:lookalike:experiment:\d+$/);
  });

  it('lets another editor offer every plugin that needs no more than its name, and each behind `use`', async () => {
    const named = (family: string) => plugins.filter((plugin) => plugin.family === family).map(({ name }) => name);
    const places = {
      'dataset: ‸\n': ['synthetic'],
      'dataset:\n  use: ‸\n': named('dataset'),
      'dataset: synthetic\nindex: ‸\n': ['flat', 'hnsw'],
      'dataset: synthetic\nindex:\n  use: ‸\n': named('index'),
      'dataset: synthetic\nembed:\n  models:\n    - ‸\n': ['face-recognition'],
      'dataset: synthetic\npoison:\n  mine: ‸\n': ['fawkes', 'lowkey'],
      'dataset: synthetic\nretrieve: ‸\n': ['local'],
    };
    const offered = await offeredBySchema(Object.keys(places));
    for (const [n, [text, names]] of Object.entries(places).entries()) {
      for (const name of names)
        assert.ok(offered[n].includes(name), `${text} offers ${offered[n].join()}, not ${name}`);
      assert.ok(!offered[n].some((label) => label.includes('[object')), text);
    }
  });

  describe('refuses', () => {
    const refusals: Record<string, [text: string, says: RegExp]> = {
      'a misspelt plugin, with the names that there are': ['dataset: synthtic', /"synthetic","celeba","folder","csv"/],
      'a misspelt plugin of a block': ['dataset: {use: fodler, root: .}', /use.*"synthetic","celeba","folder","csv"/],
      'a misspelt plugin of a list': [
        'dataset: synthetic\nembed: {models: [face]}',
        /models\/0.*"face-recognition",.*"onnx"/,
      ],
      'a plugin without the parameters that it needs': ['dataset: celeba', /dataset/],
      'a block without the parameters that it needs': ['dataset: {use: folder}', /'root'/],
      'a parameter of another plugin': ['dataset: {use: synthetic, root: .}', /additional.*"root"/],
      'a number out of its range': ['dataset: {use: synthetic, identities: 0}', />= 1/],
      'a section that is misspelt': ['dataset: synthetic\nquieries: {sample: 5}', /additional.*quieries/],
      'a model by a name that results have': [
        'dataset: synthetic\nembed: {models: [{use: face-recognition, name: all}]}',
        /name must NOT be valid/,
      ],
      'a perturbation by a name that results have': ['dataset: synthetic\npoison: {control: a/b}', /property name/],
      'no data set': [MODELS, /'dataset'/],
    };
    for (const [fault, [text, says]] of Object.entries(refusals)) {
      it(fault, () => assert.match(faultOf(text), says));
    }
  });

  it('says nothing of the largest safe integer', () => {
    assert.doesNotMatch(read('schemas/experiment.schema.json'), new RegExp(String(Number.MAX_SAFE_INTEGER)));
  });
});

describe('schemas/results.schema.json', () => {
  const validate = compile('schemas/results.schema.json');

  it('takes results, with fields that it does not know', () => {
    assert.ok(validate({ ...exampleResults(), later: true }), ajv.errorsText(validate.errors));
  });

  it('refuses a rate above 1', () => {
    const { accuracy = [], ...results } = structuredClone(exampleResults());
    accuracy[0].top['1'].rate = 1.5;
    assert.equal(validate({ ...results, accuracy }), false);
  });
});
