import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompletionItem } from 'vscode-languageserver-types';
import { readExperiment } from '../../../server/src/experiment/read.js';
import { completion } from '../../../server/src/language/features/completion.js';
import { acceptCompletion, type MarkedOptions, openMarked } from '../../support/marked-yaml.js';
import { plugins } from '../../support/spec-text.js';
import { newWorkspace } from '../../support/workspace.js';

async function offered(marked: string, options?: MarkedOptions) {
  const { document, cursor, services } = openMarked(marked, options);
  const items = await completion(document, cursor, services);
  return {
    labels: items.map(({ label }) => label),
    /** The text after an item is accepted with its tab stops as they are. */
    accept(label: string): string {
      return acceptCompletion(document, items.find((item) => item.label === label) ?? assert.fail(`no ${label}`));
    },
    item: (label: string): CompletionItem => items.find((item) => item.label === label) ?? assert.fail(`no ${label}`),
  };
}

const MEASURED = 'dataset: synthetic\nembed: {models: [face-recognition]}\naccuracy: {top: [1]}\n';

describe('Completion', () => {
  it('offers whole experiments in an empty file, each of them in order', async () => {
    const { accept } = await offered('# mine\n‸');
    const text = accept('Quickstart');
    assert.deepEqual(readExperiment(text, { file: '/a.experiment.yaml', plugins }).diagnostics, []);
  });

  describe('of a matrix', () => {
    const ROBUST =
      'dataset: synthetic\nembed: {models: [face-recognition]}\naccuracy:\npoison: {mine: {use: fawkes, mode: mid}}\n' +
      'threshold: {percentile: 95}\nretrieve: local\nrobustness:\n';

    it('offers the key paths of the sections that are there, each with values to begin with', async () => {
      const { labels, accept } = await offered(`${ROBUST}matrix:\n  ‸\n`);
      for (const path of ['dataset.seed', 'queries.seed', 'embed.models.face-recognition.detector', 'retrieve.results'])
        assert.ok(labels.includes(path), path);
      assert.ok(!labels.includes('exclude') && labels.includes('include'));
      const excluding = await offered(`${ROBUST}matrix:\n  queries.seed: [1, 2]\n  ‸\n`);
      assert.match(excluding.accept('exclude'), /exclude: \[\{queries\.seed: 2\}\]/);
      assert.ok(!labels.some((label) => label.startsWith('matrix') || label.startsWith('verification')));
      assert.equal(accept('poison.mine.mode'), `${ROBUST}matrix:\n  poison.mine.mode: [low, mid, high]\n`);
      assert.equal(accept('threshold.percentile'), `${ROBUST}matrix:\n  threshold.percentile: [95]\n`);
    });

    it('offers paths that each make variants in order', async () => {
      const { labels, accept } = await offered(`${ROBUST}matrix:\n  ‸\n`);
      const axes = labels.filter((label) => label.includes('.') && !/\b(?:use|name|top|surrogates)$/.test(label));
      assert.ok(axes.length > 20, axes.join());
      for (const axis of axes) {
        const { matrix, diagnostics } = readExperiment(accept(axis), { file: '/a.experiment.yaml', plugins });
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        assert.deepEqual(errors, [], axis);
        assert.deepEqual(
          matrix?.axes.map(({ path }) => path),
          [axis],
        );
      }
    });

    it('types over what is typed of a path, and offers none twice', async () => {
      const { labels, accept } = await offered(`${ROBUST}matrix: {queries.seed: [1], poison.mi‸}\n`);
      assert.ok(!labels.includes('queries.seed'));
      const text = accept('poison.mine.mode');
      assert.match(text, /matrix: \{queries\.seed: \[1\], poison\.mine\.mode: \[low, mid, high\]\}/);
    });

    it('offers the values that the key at the path takes', async () => {
      const modes = ['low', 'mid', 'high'];
      assert.deepEqual((await offered(`${ROBUST}matrix: {poison.mine.mode: [‸]}\n`)).labels, modes);
      assert.deepEqual((await offered(`${ROBUST}matrix: {poison.mine.mode: [low, ‸]}\n`)).labels, modes.slice(1));
      assert.deepEqual((await offered(`${ROBUST}matrix:\n  poison.mine.mode:\n    - ‸\n`)).labels, modes);
      assert.deepEqual((await offered(`${ROBUST}matrix: {threshold.model: [‸]}\n`)).labels, ['face-recognition']);
    });

    it('offers axes and their values to exclude', async () => {
      const axes = 'matrix:\n  poison.mine.mode: [low, mid]\n  queries.seed: [1, 2]\n';
      const { labels, accept } = await offered(`${ROBUST}${axes}  exclude: [{‸}]\n`);
      assert.deepEqual(labels, ['poison.mine.mode', 'queries.seed']);
      assert.match(accept('queries.seed'), /exclude: \[\{queries\.seed: 1\}\]/);
      const values = await offered(`${ROBUST}${axes}  exclude: [{queries.seed: ‸}]\n`);
      assert.deepEqual(values.labels, ['1', '2']);
    });
  });

  describe('of keys', () => {
    it('offers the sections that are not there, each as a whole block', async () => {
      const { labels, accept } = await offered('dataset: synthetic\nqu‸');
      assert.ok(!labels.includes('dataset'));
      assert.equal(accept('queries'), 'dataset: synthetic\nqueries:\n  sample: 1000');
      assert.equal(accept('embed'), 'dataset: synthetic\nembed:\n  models:\n    - face-recognition');
    });

    it('offers a section with each plugin that may stand there', async () => {
      const { accept } = await offered('‸');
      assert.equal(accept('dataset: celeba'), 'dataset:\n  use: celeba\n  root: ~/data/celeba');
    });

    it('offers the parameters of the plugin that stands there, and none twice', async () => {
      const { labels, accept } = await offered('dataset:\n  use: synthetic\n  seed: 3\n  ‸\n  size: 96\n');
      assert.deepEqual(labels, ['identities', 'images']);
      assert.equal(accept('images'), 'dataset:\n  use: synthetic\n  seed: 3\n  images: 6\n  size: 96\n');
    });

    it('stays on the line in brackets, and apart from what follows', async () => {
      const { accept } = await offered('dataset: {use: synthetic, ‸ seed: 3}\n');
      assert.equal(accept('images'), 'dataset: {use: synthetic, images: 6,  seed: 3}\n');
    });

    it('offers only what takes the value where there is one', async () => {
      assert.deepEqual((await offered('dataset: {use: synthetic, see‸: 3}')).labels, ['identities', 'images', 'seed']);
      assert.deepEqual((await offered('da‸taset: synthetic')).labels, ['name', 'dataset', 'gallery']);
    });

    it('offers perturbations under names that are free', async () => {
      const { accept } = await offered('poison:\n  test/noise: test/noise\n  ‸');
      assert.match(accept('test/noise-2'), /\n {2}test\/noise-2:\n {4}use: test\/noise\n {4}strength: 2$/);
    });

    it('offers first what must be there, every key before the plugins of any, and last what is mostly left out', async () => {
      const { labels } = await offered('‸\n# a comment\n');
      const keys = labels.filter((label) => /^[a-z]+$/.test(label));
      const variants = labels.filter((label) => /^[a-z]+: /.test(label));
      assert.equal(keys[0], 'dataset');
      assert.deepEqual(keys.slice(-2).sort(), ['name', 'version']);
      assert.ok(variants.length > 5);
      assert.ok(Math.max(...keys.map((key) => labels.indexOf(key))) < labels.indexOf(variants[0] ?? ''));
    });

    it('stops only at what is to be chosen: a value that is asked for, and what a block must have', async () => {
      const newText = async (marked: string, label: string) => (await offered(marked)).item(label).textEdit?.newText;
      assert.equal(
        await newText('dataset: synthetic\nembed:\n  models:\n    - {use: face-recognition, ‸}\n', 'mirror'),
        `mirror: \${1|true,false|}`,
      );
      for (const section of ['dataset: synthetic', 'accuracy', 'index: hnsw', 'dataset: celeba', 'poison']) {
        const stops = (await newText('‸\n', section))?.match(/\$\{\d/g) ?? [];
        assert.ok(stops.length <= 1, `${section} stops ${stops.length} times`);
      }
    });

    it('begins a name with the file’s, and shows no Markdown beside a label', async () => {
      const { accept, labels, item } = await offered('dataset: synthetic\n‸\n');
      assert.match(accept('name'), /\nname: Example\n/);
      for (const label of labels) assert.doesNotMatch(item(label).detail ?? '', /`/);
    });

    it('says what a key does, its type, range and default', async () => {
      const { documentation } = (await offered('threshold:\n  ‸')).item('percentile');
      const text = (documentation as { value: string }).value;
      assert.match(text, /the same person/);
      assert.match(text, /number · 0 to 100 · default `95`/);
    });
  });

  describe('of values', () => {
    it('offers plugins by name, or as a block where they need parameters', async () => {
      const { labels, accept } = await offered('dataset: ‸\nembed:\n');
      assert.deepEqual(labels, ['synthetic', 'celeba', 'folder', 'csv', 'subset']);
      assert.equal(accept('synthetic'), 'dataset: synthetic\nembed:\n');
      assert.equal(
        accept('folder'),
        'dataset:\n  use: folder\n  root: ~/data/vggface2\n  identity: "{folder[-1]}"\nembed:\n',
      );
    });

    it('adds what the plugin needs to a block that has `use`', async () => {
      assert.equal(
        (await offered('dataset: {use: ‸}')).accept('celeba'),
        'dataset: {use: celeba, root: ~/data/celeba}',
      );
    });

    it('begins `use` with a plugin that takes the parameters which are there', async () => {
      const { accept } = await offered('retrieve:\n  ‸\n  index: laion5B\n');
      assert.equal(accept('use'), 'retrieve:\n  use: clip-retrieval\n  index: laion5B\n');
    });

    it('keeps to plugins that take the parameters which are there', async () => {
      assert.deepEqual((await offered('dataset:\n  use: ‸\n  root: faces\n')).labels, ['celeba', 'folder']);
    });

    it('gives a model that is there already a name of its own', async () => {
      const { accept } = await offered('embed:\n  models:\n    - face-recognition\n    ‸');
      assert.equal(
        accept('face-recognition'),
        'embed:\n  models:\n    - face-recognition\n    - use: face-recognition\n      name: face-recognition-2',
      );
    });

    it('offers the words that a key takes, right behind the colon, too', async () => {
      assert.equal((await offered('threshold:\n  unit:‸')).accept('l2'), 'threshold:\n  unit: l2');
      assert.deepEqual((await offered('embed: {models: [{use: face-recognition, mirror: ‸}]}')).labels, [
        'true',
        'false',
      ]);
    });

    it('offers anchors that are set above behind an asterisk', async () => {
      const file = 'dataset: &photos synthetic\ngallery: *‸\nindex: &later flat\n';
      const { labels, accept } = await offered(file);
      assert.deepEqual(labels, ['*photos']);
      assert.equal(accept('*photos'), file.replace('*‸', '*photos'));
    });

    it('offers variables that are set behind a dollar sign and a brace', async () => {
      const env = { FACES: '/data/faces', UNSET: '' };
      for (const after of ['', '}']) {
        const { labels, accept } = await offered(`dataset: {use: folder, root: "\${env:FA‸${after}/a"}\n`, { env });
        assert.deepEqual(labels, [`\${workspaceFolder}`, `\${env:FACES}`]);
        assert.equal(accept(`\${env:FACES}`), `dataset: {use: folder, root: "\${env:FACES}/a"}\n`);
      }
    });

    it('offers codes in a comment that disables some, and in no text that looks like one', async () => {
      const { labels, accept } = await offered('# lookalike-disable path-missing, env‸\ndataset: synthetic\n');
      assert.ok(labels.includes('env-not-set') && labels.includes('path-missing'));
      assert.equal(accept('env-not-set'), '# lookalike-disable path-missing, env-not-set\ndataset: synthetic\n');
      assert.ok(!(await offered('name: "# lookalike-disable ‸"\n')).labels.includes('env-not-set'));
    });

    it('offers the columns of a table that can be read', async () => {
      const folder = await newWorkspace();
      await writeFile(join(folder, 'faces.csv'), '\uFEFFpath;"who";split\r\na.jpg;1;0\r\n');
      const file = join(folder, 'a.experiment.yaml');
      for (const key of ['image', 'identity']) {
        const marked = `dataset: {use: csv, file: faces.csv, delimiter: ";", ${key}: ‸}\n`;
        assert.deepEqual((await offered(marked, { file })).labels, ['path', 'who', 'split']);
      }
    });

    it('offers nothing in the place of a file that is one text over two lines', async () => {
      assert.deepEqual(
        (await offered('dataset\nis‸\n')).labels.filter((label) => label.includes('undefined')),
        [],
      );
    });

    it('offers the models of the file where one is named', async () => {
      assert.deepEqual((await offered(`${MEASURED}threshold: {model: ‸}`)).labels, ['face-recognition']);
    });

    it('offers the other perturbations of the file where one is named', async () => {
      const marked = `dataset: synthetic\npoison: {cloak: fawkes, grain: {use: noise, like: ‸}, pgd: pgd}\n`;
      assert.deepEqual((await offered(marked)).labels, ['cloak', 'pgd']);
    });

    it('offers files and folders, of the kind that the key takes', async () => {
      const folder = await newWorkspace();
      await mkdir(join(folder, 'faces'));
      await Promise.all(['a.onnx', 'notes.txt'].map((name) => writeFile(join(folder, name), '')));
      const options = { file: join(folder, 'a.experiment.yaml') };
      assert.deepEqual((await offered('dataset: {use: folder, root: ./f‸}', options)).labels, ['faces/']);
      const model = await offered('embed:\n  models:\n    - use: onnx\n      file: ./no‸where\n', options);
      assert.deepEqual(model.labels, ['a.onnx', 'faces/']);
      assert.match(model.accept('a.onnx'), /file: \.\/a\.onnx\n$/);
    });
  });

  describe('of expectations', () => {
    it('offers the figures that the file’s sections give, with an operator and a bound', async () => {
      const { labels, accept } = await offered(`${MEASURED}expect:\n  - ‸`);
      assert.ok(labels.includes('accuracy.face-recognition.top1') && labels.includes('images.total'));
      assert.ok(!labels.some((label) => label.startsWith('threshold') || label.includes('top5')));
      assert.match(accept('accuracy.face-recognition.top1'), /- accuracy\.face-recognition\.top1 >= 50%$/);
    });

    it('offers the operators behind a figure', async () => {
      const { labels, accept } = await offered(`${MEASURED}expect:\n  - images.total ‸`);
      assert.deepEqual(labels, ['>=', '<=', '>', '<', '==', '!=']);
      assert.match(accept('<'), /- images\.total < 0$/);
    });

    it('keeps the bound of one that is whole', async () => {
      const { accept } = await offered(`${MEASURED}expect: [images.to‸ >= 85, images.noFace < 9]`);
      assert.match(accept('images.missing'), /\[images\.missing >= 85, images\.noFace < 9\]$/);
    });
  });

  it('offers nothing in a comment, or where any word would break the file', async () => {
    const nowhere = ['# na‸', 'embed:\n‸\n  models: [face-recognition]\n'];
    for (const text of nowhere) assert.deepEqual((await offered(text)).labels, [], text);
  });

  it('ends lines as the file does', async () => {
    const { accept } = await offered('dataset: synthetic\r\n‸');
    assert.equal(accept('accuracy'), 'dataset: synthetic\r\naccuracy:\r\n  top: [1, 5]');
  });
});
