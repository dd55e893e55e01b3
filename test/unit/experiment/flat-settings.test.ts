import assert from 'node:assert/strict';
import { flatSettings } from '../../../server/src/experiment/flat-settings.js';
import { read } from '../../support/spec-text.js';

function settingsOf(text: string, overrides: string[] = []) {
  return flatSettings(read(text, { overrides }));
}

const TEXT = `name: Faces
dataset: {use: folder, root: faces}
embed:
  models:
    - face-recognition
    - {use: test/model, name: other}
index: flat
queries: {sample: 10}
accuracy: {top: [1, 5]}
poison:
  noise: {use: test/noise, strength: 3}
`;

describe('The settings of an experiment', () => {
  it('go by the paths of --set, plugins and named entries by their names', () => {
    const settings = settingsOf(TEXT);
    const some = Object.entries(settings).filter(([path]) => !path.startsWith('embed.models.face-recognition.'));
    const expected = {
      dataset: 'folder',
      'dataset.root': 'faces',
      'embed.models.face-recognition': 'face-recognition',
      'embed.models.other': 'test/model',
      index: 'flat',
      'queries.sample': 10,
      'accuracy.top': '[1,5]',
      'poison.noise': 'test/noise',
      'poison.noise.strength': 3,
    };
    for (const [path, value] of Object.entries(expected)) assert.deepEqual(Object.fromEntries(some)[path], value, path);
  });

  it('are the same in whichever form a file says the same', () => {
    const otherwise = `name: Other words
dataset:
  root: faces
  use: folder
embed: {models: [{use: face-recognition}, {name: other, use: test/model}]}
index: {use: flat}
queries: {sample: 10}
accuracy:
poison: {noise: {use: test/noise, strength: 3}}
expect: [accuracy.other.top1 > 0]
x-note: anybody's
`;
    assert.deepEqual(settingsOf(otherwise), settingsOf(TEXT));
  });

  it('have the defaults of what is not written, and what overrides it', () => {
    const short = 'dataset: {use: folder, root: faces}\nembed: {models: [face-recognition]}\naccuracy:\n';
    const settings = settingsOf(short, ['accuracy.top=[2]', 'queries.seed=9', 'index=hnsw']);
    assert.deepEqual(settings['accuracy.top'], '[2]');
    assert.equal(settings['queries.seed'], 9);
    assert.equal(settings.index, 'hnsw');
    assert.equal(typeof settings['index.efSearch'], 'number');
    assert.equal(settings['embed.models.face-recognition'], 'face-recognition');
  });

  it('hold what stands for a variable, never what a variable stands for', () => {
    const text = `dataset: {use: folder, root: '\${env:FACES}/all'}\nembed: {models: [face-recognition]}\naccuracy:\n`;
    const settings = flatSettings(read(text, { env: { FACES: '/home/ana/secret' } }));
    assert.ok(!JSON.stringify(settings).includes('secret'), JSON.stringify(settings));
    assert.equal(settings['dataset.root'], `\${env:FACES}/all`);
  });

  it('are those that are written where the file cannot be read', () => {
    const settings = settingsOf('dataset: {use: vendor/faces, root: faces}\nindex: {use: vendor/index, m: 3}\n');
    assert.deepEqual(settings, {
      dataset: 'vendor/faces',
      'dataset.root': 'faces',
      index: 'vendor/index',
      'index.m': 3,
    });
    assert.deepEqual(settingsOf('- no\n- experiment'), {});
    assert.deepEqual(settingsOf('{'), {});
  });
});
