import assert from 'node:assert/strict';
import {
  type FromSearchPage,
  fromSearchPageSchema,
  type Search,
  type ToSearchPage,
} from '../../server/src/protocol/searching/search-panel.js';
import { accessibilityFaults } from '../support/axe.js';
import { exampleSearchState, exampleSearchView } from '../support/example-search.js';
import { PageStage } from '../support/page-stage.js';
import { PIXEL, temporaryFolder } from '../support/run-folder.js';
import { useBrowser } from '../support/use-browser.js';

const HOSTILE = '<script>hacked=1</script><img src=x onerror="hacked=1">';
/** Results that the made-up threshold lets through. */
const WITHIN = 7;

type Asked<T extends FromSearchPage['type']> = Extract<FromSearchPage, { type: T }>;

describe('the page of a search panel (skipped where Chromium is not installed)', () => {
  const folder = temporaryFolder();
  const browser = useBrowser();

  /** A page whose images are open, and whose searches are answered. */
  async function open(state = exampleSearchState(), colorScheme: 'light' | 'dark' = 'light') {
    const answer = (message: FromSearchPage): ToSearchPage[] | undefined => {
      if (message.type === 'ready') return [{ type: 'state', state }];
      return message.type === 'search' ? [found({ ...message.options, query: message.query })] : undefined;
    };
    const page = { bundle: 'search', asks: fromSearchPageSchema, answer } as const;
    const stage = await PageStage.open<FromSearchPage, ToSearchPage>(browser(), folder(), page, colorScheme);
    await stage.page.getByRole('heading', { level: 1 }).waitFor();
    return stage;
  }
  type Stage = Awaited<ReturnType<typeof open>>;

  const grid = (stage: Stage) => stage.page.getByRole('grid', { name: 'Results, most similar first' });
  const active = (stage: Stage) => stage.page.locator('.hit.active .name').first();

  async function searchWords(stage: Stage, words = 'a person with glasses'): Promise<void> {
    await stage.page.getByLabel('Words to search by').fill(words);
    await stage.page.keyboard.press('Enter');
    await grid(stage).waitFor();
  }

  it('searches by words, then by a result, with the keyboard alone', async () => {
    const stage = await open();
    await searchWords(stage);
    await grid(stage).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'Enter']) await stage.page.keyboard.press(key);
    await stage.page.getByAltText('What is searched by').waitFor();
    assert.deepEqual(
      asked(stage, 'search').map(({ query }) => query),
      [
        { by: 'words', text: 'a person with glasses' },
        { by: 'result', id: 'person-000/1.png' },
      ],
    );
    assert.deepEqual(stage.faults, []);
  });

  it('says above the results why they mean less than they look', async () => {
    const stage = await open();
    const query = { by: 'words', text: 'a dog' } as const;
    await searchWords(stage);
    assert.equal(await stage.page.getByRole('note').count(), 0);
    const doubt = `clip does not know ${HOSTILE}`;
    const view = exampleSearchView({ index: 'clip', results: 50, deduplicate: false, query }, PIXEL, null);
    await stage.send({ type: 'found', view: { ...view, doubt } });
    await stage.page.getByRole('note').waitFor();
    assert.equal(await stage.page.getByRole('note').textContent(), doubt);
    assert.deepEqual(stage.faults, []);
    assert.deepEqual(await accessibilityFaults(stage.page), []);
  });

  it('shows captions, similarities, who is the same person, and where the threshold cuts', async () => {
    const stage = await open();
    await searchWords(stage);
    await stage.page.locator('.hit').first().click();
    await stage.page.locator('.cut').waitFor();
    const summary = (await stage.page.locator('.asked [role=status]').textContent()) ?? '';
    assert.match(
      summary,
      /^50 results of clip, 7 within the threshold 0\.873, without the photograph itself, in 12\sms\. Similarity is the cosine/,
    );
    const rows = await stage.page.locator('[role=row]').evaluateAll((all) => all.map(({ className }) => className));
    const cut = rows.indexOf('cut');
    const before = await stage.page.locator('.hits').evaluateAll((all, n) => {
      return all.slice(0, n).flatMap((row) => [...row.querySelectorAll('.hit')]).length;
    }, cut);
    assert.equal(before, WITHIN);
    const first = (await stage.page.locator('.hit').first().textContent()) ?? '';
    assert.match(first.replace(/\s+/g, ' '), /0\.png person-000 similarity 1\.000 ✓ same person/);
    assert.match((await stage.page.locator('.hit').nth(2).textContent()) ?? '', /gone/);
  });

  it('draws only the rows in view of 1,000 results, and reaches the last by the keyboard', async () => {
    const stage = await open();
    await searchWords(stage);
    await choose(stage, 'Results', '1000 results');
    await stage.page.getByText('1,000 results').waitFor();
    await grid(stage).press('End');
    await stage.page.locator('#hit-999').waitFor();
    assert.equal(await active(stage).textContent(), '4.png');
    assert.ok((await stage.page.locator('.hit').count()) < 150);
    await grid(stage).press('Home');
    await stage.page.locator('#hit-0.active').waitFor();
  });

  it('has no field for words where the model takes none, and says which model takes them', async () => {
    const state = exampleSearchState();
    const stage = await open({ ...state, indices: state.indices.filter(({ words }) => !words) });
    await stage.page.getByText('Choose an image to search by, paste one, or drop one here.').waitFor();
    assert.equal(await stage.page.locator('vscode-textfield.words').count(), 0);
    assert.equal(await stage.page.getByText('Search', { exact: true }).count(), 0);
    await stage.page.getByRole('button', { name: 'Search by Image …' }).click();
    await until(() => asked(stage, 'searchByFile').length === 1);
    const both = await open();
    await choose(both, 'Model', 'face-recognition');
    await both.page.getByText('face-recognition takes images alone; clip takes words.').waitFor();
    assert.equal(await both.page.locator('vscode-textfield.words').count(), 0);
    await choose(both, 'Model', 'clip');
    await both.page.locator('vscode-textfield.words').waitFor();
  });

  it('begins with pictures, by which the keyboard searches too; gone and hidden ones say so', async () => {
    const stage = await open();
    const choices = Array.from({ length: 24 }, (_, n) => ({
      id: `p${n}/1.png`,
      identity: n === 1 ? HOSTILE : `p${n}`,
      photograph: n === 2 ? null : { uri: n === 3 ? null : PIXEL },
    }));
    await stage.send({ type: 'choices', choices, hiddenIn: '/data/faces' });
    const list = stage.page.getByRole('list', { name: 'Images to begin with' });
    assert.equal(await list.getByRole('button').count(), 24);
    assert.deepEqual(await list.locator('.no-photo').allTextContents(), ['gone', 'not shown']);
    // A photograph, which may be of any size, is as large as its place.
    const wide = await list.locator('img').evaluateAll((all) => all.map(({ clientWidth }) => clientWidth));
    assert.ok(
      wide.every((width) => width > 80 && width < 100),
      String(wide),
    );
    await stage.page.getByRole('button', { name: 'Show Them' }).click();
    await list.getByRole('button').nth(4).focus();
    await stage.page.keyboard.press('Enter');
    await grid(stage).waitFor();
    assert.deepEqual(asked(stage, 'search')[0]?.query, { by: 'result', id: 'p4/1.png' });
    assert.equal(asked(stage, 'showPhotographs').length, 1);
    assert.equal(await list.count(), 0);
    assert.deepEqual(stage.faults, []);
    const other = await open();
    await other.send({ type: 'choices', choices, hiddenIn: '/data/faces' });
    await other.page.getByRole('list', { name: 'Images to begin with' }).waitFor();
    assert.deepEqual(await accessibilityFaults(other.page), []);
  });

  it('searches by an image that is pasted or dropped, by the address of one, and by nothing too large', async () => {
    const stage = await open();
    const png = PIXEL.replace(/^[^,]*,/, '');
    const give = (type: 'paste' | 'drop', give: { bytes?: string; name?: string; uri?: string; size?: number }) =>
      stage.page.evaluate(
        ({ type, bytes, name = '', uri, size }) => {
          const data = new DataTransfer();
          if (size) data.items.add(new File([new Uint8Array(size)], name, { type: 'image/png' }));
          if (bytes) {
            const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
            data.items.add(new File([content], name, { type: 'image/png' }));
          }
          if (uri) data.setData('text/uri-list', uri);
          const event =
            type === 'paste'
              ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
              : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
        },
        { type, ...give },
      );
    await give('paste', { bytes: png, name: 'image.png' });
    await give('drop', { bytes: png, name: 'ana.png' });
    await give('drop', { uri: 'https://example.org/a.png\r\nfile:///home/ana/bo.png' });
    await until(() => asked(stage, 'searchByUri').length === 1 && asked(stage, 'searchByPicture').length === 2);
    assert.deepEqual(
      asked(stage, 'searchByPicture').map(({ name, base64 }) => [name, base64]),
      [
        ['image.png', png],
        ['ana.png', png],
      ],
    );
    assert.equal(asked(stage, 'searchByUri')[0]?.uri, 'file:///home/ana/bo.png');
    await give('drop', { uri: 'https://example.org/a.png' });
    await give('drop', { size: 24 * 2 ** 20 + 1, name: 'film.png' });
    await stage.page.getByText('film.png has 25165825 bytes, more than a photograph').waitFor();
    assert.equal(stage.told.filter(({ type }) => /^searchBy/.test(type)).length, 3);
    assert.deepEqual(stage.faults, []);
  });

  it('shows people of one name alone, says of how many results, and saves those', async () => {
    const stage = await open();
    await searchWords(stage);
    await stage.page.getByLabel('Show only people named').fill('PERSON-003');
    await stage.page.getByText('Shown are the 5 of 50 results that are of people named so').waitFor();
    assert.equal(await stage.page.locator('.hit').count(), 5);
    await stage.page.getByRole('button', { name: 'Save as Subset …' }).click();
    await until(() => asked(stage, 'saveSubset').length === 1);
    const ids = Array.from({ length: 5 }, (_, n) => `person-003/${n}.png`);
    assert.deepEqual(asked(stage, 'saveSubset')[0]?.ids, ids);
    await stage.page.getByLabel('Show only people named').fill('nobody');
    await stage.page.getByText('Shown are the 0 of 50 results').waitFor();
    assert.equal(await stage.page.locator('.hit').count(), 0);
  });

  it('goes to the results with the keyboard once they have come, and names their scale', async () => {
    const stage = await open();
    await searchWords(stage);
    await stage.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'grid');
    await stage.page.keyboard.press('ArrowRight');
    await stage.page.locator('#hit-1.active').waitFor();
    assert.match(
      (await stage.page.locator('.asked [role=status]').textContent()) ?? '',
      /Similarity is the cosine of two embeddings/,
    );
  });

  it('writes what a message has in backticks as code', async () => {
    const stage = await open();
    await stage.send({ type: 'problem', problem: { code: 'x', message: 'Use `clip-vit-b-32` for words' } });
    assert.equal(await stage.page.getByRole('alert').locator('p code').first().textContent(), 'clip-vit-b-32');
    assert.ok(!((await stage.page.getByRole('alert').textContent()) ?? '').includes('`'));
  });

  it('searches anew when the model, the number of results or the merging is changed', async () => {
    const stage = await open();
    await searchWords(stage);
    await stage.page.locator('.hit').first().click();
    await stage.page.getByAltText('What is searched by').waitFor();
    await choose(stage, 'Model', 'face-recognition');
    await stage.page.getByText('50 results of face-recognition').waitFor();
    await stage.page.getByText('Leave out near-duplicates').click();
    await until(() => asked(stage, 'search').length === 4);
    assert.deepEqual(asked(stage, 'search').at(-1), {
      type: 'search',
      query: { by: 'result', id: 'person-000/0.png' },
      options: { index: 'face-recognition', results: 50, deduplicate: true },
    });
  });

  it('shows how far the images are from being open, and lets the user cancel it', async () => {
    const progress = { stage: 'embed', label: 'clip', done: 820, total: 2040, rate: 131, secondsLeft: 9.3 };
    const stage = await open(exampleSearchState({ status: 'opening', indices: [], progress }));
    await stage.page.getByText('clip · 820 of 2,040').waitFor();
    await stage.page.getByRole('button', { name: 'Cancel' }).click();
    await until(() => asked(stage, 'close').length === 1);
  });

  it('says why images cannot be searched and what to do, and offers to fetch weights', async () => {
    const remedy = { fetch: { model: 'clip-vit-b-32' } };
    const problem = { code: 'model-not-fetched', message: 'No weights', remedy };
    const stage = await open(exampleSearchState({ status: 'closed', indices: [], problem }));
    await stage.page.getByRole('alert', { name: 'The images cannot be searched' }).waitFor();
    await stage.page.getByRole('button', { name: 'Fetch the Weights' }).click();
    await stage.page.getByRole('button', { name: 'Open the Images' }).click();
    await until(() => asked(stage, 'fetchWeights').length === 1 && asked(stage, 'open').length === 1);
  });

  it('asks the extension to save what was found', async () => {
    const stage = await open();
    await searchWords(stage);
    await stage.page.getByRole('button', { name: 'Save as Subset …' }).click();
    await until(() => asked(stage, 'saveSubset').length === 1);
  });

  it('keeps what was found when a search fails, and says why', async () => {
    const stage = await open();
    await searchWords(stage);
    await stage.send({ type: 'problem', problem: { code: 'text-unsupported', message: 'Images alone', hint: 'clip' } });
    await stage.page.getByRole('alert').waitFor();
    assert.equal(await grid(stage).count(), 1);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has nothing that axe calls serious, in ${colorScheme}`, async () => {
      const stage = await open(exampleSearchState(), colorScheme);
      await searchWords(stage);
      await stage.page.locator('.hit').first().click();
      await stage.page.locator('.cut').waitFor();
      await stage.send({ type: 'problem', problem: { code: 'no-face', message: 'No face', hint: 'Choose another.' } });
      await stage.page.getByRole('alert').waitFor();
      assert.deepEqual(await accessibilityFaults(stage.page), []);
    });
  }

  it('shows hostile names as the text that they are, and answers nobody but the extension’s messages', async () => {
    const stage = await open(exampleSearchState({ name: HOSTILE }));
    await searchWords(stage, HOSTILE);
    const search: Search = { query: { by: 'result', id: HOSTILE }, index: 'clip', results: 3, deduplicate: true };
    const view = exampleSearchView(search, PIXEL, null);
    const hits = view.hits.map((hit) => ({ ...hit, id: HOSTILE, identity: HOSTILE }));
    await stage.send({ type: 'found', view: { ...view, hits } });
    await stage.page.getByRole('heading', { level: 2, name: HOSTILE }).waitFor();
    await stage.page.evaluate(() => window.postMessage({ type: 'found', view: 'wrong' }));
    assert.equal(await stage.page.locator('.hit').count(), 3);
    assert.equal(await stage.page.evaluate('typeof hacked'), 'undefined');
  });

  async function choose(stage: Stage, label: string, option: string): Promise<void> {
    await stage.page.getByRole('combobox', { name: label }).click();
    await stage.page.getByRole('option', { name: option, exact: true }).click();
  }
});

function found(search: Search): ToSearchPage {
  const within = search.query.by === 'words' ? null : WITHIN;
  return { type: 'found', view: exampleSearchView(search, PIXEL, within) };
}

function asked<T extends FromSearchPage['type']>(stage: PageStage<FromSearchPage, ToSearchPage>, type: T) {
  return stage.told.filter((message): message is Asked<T> => message.type === type);
}

/** The page's messages come when they come. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
