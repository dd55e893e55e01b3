import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notifications } from '../../server/src/protocol/lsp.js';
import type { Search, SearchState } from '../../server/src/protocol/searching/search.js';
import { writeRepository, xenovaRepository } from '../support/clip/exports.js';
import { tinyText, tinyVision } from '../support/clip/shapes.js';
import { learnVocabulary, tokenizerJson } from '../support/clip/tokenizer.js';
import { clientFor, type LanguageClient } from '../support/language-client.js';
import { patchwork } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const NAUGHTY = fileURLToPath(new URL('../support/naughty-datasets.mjs', import.meta.url));

/** Four people of three portraits each. */
const EXPERIMENT = `name: Portraits
dataset: {use: synthetic, identities: 4, images: 3, seed: 7}
embed: {models: [face-recognition, {use: clip-vit-b-32, name: clip, path: clip}]}
threshold: {percentile: 95, model: face-recognition}
`;

describe('Searching the images of an experiment', () => {
  let folder: string;
  let file: string;
  let client: LanguageClient;
  const states: SearchState[] = [];
  const logged: string[] = [];
  let wake: () => void = () => undefined;

  before(async () => {
    folder = await newWorkspace();
    file = join(folder, 'portraits.experiment.yaml');
    const vocabulary = learnVocabulary();
    const clip = xenovaRepository(tinyVision(512), tinyText(512, vocabulary.ids.size), tokenizerJson(vocabulary));
    await writeRepository(join(folder, 'clip'), clip);
    client = await clientFor(file, { initializationOptions: { showsRuns: true, plugins: [NAUGHTY] } });
    client.connection.onNotification(notifications.log.method, ({ message }) => void logged.push(message));
    const { method, params } = notifications.searchChanged;
    client.connection.onNotification(method, (state) => {
      states.push(params.parse(state));
      wake();
    });
  });
  after(async () => {
    await client.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The first state of the file that is told from now on, and passes. */
  async function stateOf(uri: string, passes: (state: SearchState) => boolean): Promise<SearchState> {
    for (let n = 0; ; n++) {
      while (n >= states.length) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (states[n].uri === uri && passes(states[n])) return states[n];
    }
  }

  /** Opens an experiment of this name and text, to be searched. */
  async function open(name: string, text: string): Promise<string> {
    const uri = await client.open(join(folder, `${name}.experiment.yaml`), text);
    states.length = 0;
    await client.get('openSearch', { uri });
    return uri;
  }

  const search = (uri: string, query: Search['query'], more: Partial<Search> = {}) =>
    client.ask('search', { uri, query, index: 'face-recognition', results: 12, deduplicate: false, ...more });

  async function found(uri: string, query: Search['query'], more: Partial<Search> = {}) {
    const answer = await search(uri, query, more);
    if (!answer.ok) throw new Error(`${answer.problem.code} ${answer.problem.message}`);
    return answer.value;
  }

  async function refusal(uri: string, query: Search['query'], more: Partial<Search> = {}) {
    const answer = await search(uri, query, more);
    return answer.ok ? assert.fail('It was found') : answer.problem;
  }

  describe('by the small CLIP that comes with Lookalike', () => {
    let uri: string;
    const words = (text: string) => found(uri, { by: 'words', text }, { index: 'clip-portraits' });
    const doubtOf = async (text: string) => (await words(text)).doubt;

    before(async () => {
      uri = await open(
        'small-clip',
        'dataset: {use: synthetic, identities: 4, images: 3, seed: 7}\nembed: {models: [clip-portraits]}\n',
      );
      await stateOf(uri, ({ status }) => status === 'ready');
    });
    after(() => client.get('closeSearch', { uri }));

    it('finds a word’s portraits first, and doubts nothing that it knows', async () => {
      const { hits, doubt } = await words('a bald man with pale skin');
      assert.equal(doubt, null);
      assert.equal(hits.length, 12);
      assert.equal(await doubtOf('A WOMAN, with long black hair.'), null);
    });

    it('says which words it does not know: places, animals, other languages, signs, and smiles, which it cannot see', async () => {
      for (const [text, unknown] of [
        ['a dog on a beach', '“dog”, “beach”'],
        ['ein Mann mit Brille', '“ein”, “mann”, “mit”, “brille”'],
        ['眼镜', '“眼镜”'],
        ['a man 🙂 of 40', '“🙂”, “40”'],
        ['a woman who smiles', '“smiles”'],
        [`${'x y z u v w '.repeat(80)}glasses`, '“x”, “y”, “z”, “u”, “v” and 1 more'],
      ]) {
        const doubt = (await doubtOf(text)) ?? '';
        assert.ok(doubt.startsWith(`clip-portraits does not know ${unknown}:`), `${text}: ${doubt}`);
      }
    });

    it('says of a picture that it knows drawn portraits alone, and finds something all the same', async () => {
      const picture = join(folder, 'picture.png');
      await writeFile(picture, await patchwork(3, 1));
      const { hits, doubt } = await found(uri, { by: 'image', file: picture }, { index: 'clip-portraits' });
      assert.equal(hits.length, 12);
      assert.match(doubt ?? '', /^clip-portraits knows drawn portraits alone/);
      const [{ file: own }] = hits;
      assert.equal((await found(uri, { by: 'image', file: own }, { index: 'clip-portraits' })).doubt, null);
    });

    it('means nothing on any other images, and says so', async () => {
      await mkdir(join(folder, 'photographs/one'), { recursive: true });
      await writeFile(join(folder, 'photographs/one/1.png'), await patchwork(1, 1));
      const other = await open(
        'others',
        'dataset: {use: folder, root: photographs}\nembed: {models: [clip-portraits]}\n',
      );
      await stateOf(other, ({ status }) => status === 'ready');
      const answer = await found(other, { by: 'words', text: 'a woman' }, { index: 'clip-portraits' });
      assert.match(answer.doubt ?? '', /what it finds here means nothing/);
      await client.get('closeSearch', { uri: other });
    });
  });

  describe('that are open', () => {
    let uri: string;
    let some: string[];

    before(async () => {
      uri = await open('portraits', EXPERIMENT);
      const { indices, choices } = await stateOf(uri, ({ status }) => status === 'ready');
      assert.equal(new Set(choices.map(({ identity }) => identity)).size, choices.length, 'one of each person');
      assert.ok(choices.length === 4 && choices.every(({ file }) => existsSync(file)), JSON.stringify(choices));
      assert.deepEqual(
        indices.map(({ name, images, words, deduplicates }) => [name, images, words, deduplicates]),
        [
          ['face-recognition', 12, false, true],
          ['clip', 12, true, true],
        ],
      );
      some = (await found(uri, { by: 'words', text: 'a person' }, { index: 'clip' })).hits.map(({ id }) => id);
    });
    after(() => client.get('closeSearch', { uri }));

    it('is told of with its progress', () => {
      assert.ok(states.some(({ status, progress }) => status === 'opening' && progress?.label === 'face-recognition'));
    });

    it('by one of them gives all but itself, and the threshold of its own photograph, from its person’s others', async () => {
      for (const id of some.slice(0, 3)) {
        const { hits, copies, identity, threshold, picture } = await found(uri, { by: 'result', id });
        assert.deepEqual([hits.length, copies, hits.some((hit) => hit.id === id)], [11, 1, false]);
        const others = hits.filter((hit) => hit.identity === identity);
        const [nearer, farther] = others.map(({ similarity }) => similarity);
        assert.equal(others.length, 2);
        assert.equal(threshold?.of, 'query');
        // The 95th percentile of two distances, on the scale of cosines.
        assert.ok(Math.abs((threshold?.similarity ?? 0) - (0.05 * nearer + 0.95 * farther)) < 1e-5);
        assert.match(picture ?? '', /^data:image\/webp;base64,/);
      }
    });

    it('by words orders every image by a model that takes words, without a threshold', async () => {
      const { hits, threshold, picture } = await found(uri, { by: 'words', text: 'glasses' }, { index: 'clip' });
      assert.deepEqual([hits.length, threshold, picture], [12, null, null]);
      const similarities = hits.map(({ similarity }) => similarity);
      assert.deepEqual(
        similarities,
        [...similarities].sort((a, b) => b - a),
      );
    });

    it('by words of a model that takes none says which takes them', async () => {
      const { code, hint } = await refusal(uri, { by: 'words', text: 'glasses' });
      assert.equal(code, 'text-unsupported');
      assert.match(hint ?? '', /^Choose clip, which takes words/);
    });

    it('by a file finds what is like it, without its copies, by its own threshold where the data set has the photograph', async () => {
      const [{ file: original, id }] = (await found(uri, { by: 'result', id: some[0] })).hits;
      const copy = join(folder, 'copy.png');
      await copyFile(original, copy);
      const { hits, copies, threshold } = await found(uri, { by: 'image', file: copy }, { results: 2 });
      assert.deepEqual([hits.length, copies, threshold?.of], [2, 1, 'query']);
      assert.ok(hits.every((hit) => hit.id !== id));
      await writeFile(copy, Buffer.concat([await readFile(original), Buffer.from('changed')]));
      const changed = await found(uri, { by: 'image', file: copy });
      assert.deepEqual([changed.threshold?.of, changed.copies, changed.hits[0].id], ['median', 0, id]);
    });

    it('by a photograph that the data set has under several names finds none of them', async () => {
      const faces = join(folder, 'copies');
      for (const [n, id] of some.entries()) {
        await mkdir(join(faces, String(n >> 1)), { recursive: true });
        const [{ file: original }] = (await found(uri, { by: 'result', id: some[(n + 1) % some.length] })).hits;
        await copyFile(original, join(faces, String(n >> 1), `${id.replaceAll('/', '-')}`));
      }
      const [first] = (await readdir(join(faces, '0'))).sort();
      for (const name of ['again.png', 'and-again.png']) {
        await copyFile(join(faces, '0', first), join(faces, '0', name));
      }
      const copied = await open(
        'copies',
        'dataset: {use: folder, root: copies}\nembed: {models: [face-recognition]}\n',
      );
      await stateOf(copied, ({ status }) => status === 'ready');
      const { hits, copies } = await found(copied, { by: 'result', id: '0/again.png' });
      const own = await readFile(join(faces, '0', first));
      assert.ok(copies >= 3, `${copies} copies`);
      for (const { file: other } of hits) assert.ok(!own.equals(await readFile(other)));
      await client.get('closeSearch', { uri: copied });
    });

    it('by what cannot be searched for says why', async () => {
      const faceless = join(folder, 'faceless.png');
      await writeFile(faceless, await patchwork(1, 1));
      assert.equal((await refusal(uri, { by: 'image', file: faceless })).code, 'no-face');
      assert.equal((await refusal(uri, { by: 'image', file: file })).code, 'image-unreadable');
      assert.equal((await refusal(uri, { by: 'image', file: join(folder, 'gone.png') })).code, 'image-unreadable');
      assert.equal((await refusal(uri, { by: 'result', id: '../../etc/passwd' })).code, 'result-unknown');
      assert.equal((await refusal(uri, { by: 'result', id: some[0] }, { index: '__proto__' })).code, 'index-unknown');
    });
  });

  describe('that go wrong', () => {
    it('whose process is killed from outside says so, and goes on when it is opened again', async () => {
      const uri = await open('killed', EXPERIMENT);
      await stateOf(uri, ({ status }) => status === 'ready');
      process.kill(Number(/process (\d+)$/.exec(logged.at(-1) ?? '')?.[1]), 'SIGKILL');
      const { problem } = await stateOf(uri, ({ status }) => status === 'closed');
      assert.equal(problem?.code, 'runner-crashed');
      const query = { by: 'words', text: 'glasses' } as const;
      assert.equal((await refusal(uri, query)).code, 'search-closed');
      states.length = 0;
      await client.get('openSearch', { uri });
      await stateOf(uri, ({ status }) => status === 'ready');
      assert.equal((await found(uri, query, { index: 'clip' })).hits.length, 12);
      await client.get('closeSearch', { uri });
    });

    it('that hangs is ended when it is cancelled', async () => {
      const uri = await open('hanging', 'dataset: test/hang\nembed: {models: [face-recognition]}\n');
      await stateOf(uri, ({ progress }) => progress?.done === 1);
      await client.get('closeSearch', { uri });
      assert.equal((await stateOf(uri, ({ status }) => status === 'closed')).problem, null);
    });

    it('that babbles is told of, and harms nobody', async () => {
      const uri = await open('babbling', 'dataset: test/babble\nembed: {models: [face-recognition]}\n');
      const { problem } = await stateOf(uri, ({ status }) => status === 'closed');
      assert.equal(problem?.code, 'runner-crashed');
    });

    it('needs the weights of its models, and says so before anything else is done', async () => {
      const uri = await client.open(file, 'dataset: synthetic\nembed: {models: [{use: clip-vit-b-32, path: gone}]}\n');
      const refused = await client.ask('openSearch', { uri });
      assert.deepEqual(!refused.ok && [refused.problem.code, refused.problem.specPath], [
        'weights-missing',
        ['embed', 'models', 0],
      ]);
    });
  });
});

describe('Searching in a workspace that is not trusted', () => {
  it('is refused, and leaves no trace', async () => {
    const folder = await newWorkspace();
    const file = join(folder, 'untrusted.experiment.yaml');
    const client = await clientFor(file, { initializationOptions: { showsRuns: true, trusted: false } });
    const uri = await client.open(file, EXPERIMENT);
    const refused = await client.ask('openSearch', { uri });
    assert.equal(!refused.ok && refused.problem.code, 'workspace-untrusted');
    assert.equal(existsSync(join(folder, '.lookalike')), false);
    await client.stop();
    await rm(folder, { recursive: true, force: true });
  });
});
