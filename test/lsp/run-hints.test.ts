import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../server/src/store/files.js';
import { writeColourExperiment } from '../support/colours.js';
import { runToResults } from '../support/command-line.js';
import { clientFor, type LanguageClient } from '../support/language-client.js';
import { writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const TOP = /^top-1 \d+\.\d % · top-5 \d+\.\d %$/;
const OUTDATED = /^outdated: top-1 /;

describe('An experiment that was run before', () => {
  let folder: string;
  let file: string;
  let text: string;
  let client: LanguageClient;
  let uri: string;

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 6, 3);
    file = await writeSmallExperiment(folder);
    text = `${await readFile(file, 'utf8')}expect:\n  - accuracy.first.top1 >= 0%\n`;
    await runToResults(file, ['--set', 'expect=[accuracy.first.top1 >= 0%]']);
    client = await clientFor(file);
    uri = await client.open(file, text);
  });
  after(async () => {
    await client.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const hints = (passes: (labels: string[]) => boolean) => client.until(() => client.hintLabels(uri), passes);

  it('shows its figures when it is opened, found on disk', async () => {
    const labels = await hints((found) => found.length >= 4);
    assert.equal(labels[0], '18 images · 6 identities');
    assert.match(labels[1], TOP);
    assert.match(labels[2], TOP);
    assert.match(labels[3], /^✓ \d+\.\d %$/);
  });

  it('shows how each stage was, and offers to run it', async () => {
    const titles = await client.lensTitles(uri);
    assert.deepEqual(titles.slice(0, 2), ['▶ Run', 'Results']);
    assert.equal(titles.filter((title) => title === '▶ Run this stage').length, 4);
    assert.match(titles[3], /^✓ \d+(?:\.\d+ s| ms)$/);
  });

  it('marks a figure as outdated when a setting that it depends on is changed, and no other', async () => {
    await client.change(uri, text.replace('second.onnx', 'first.onnx'));
    const labels = await hints((found) => found.some((label) => OUTDATED.test(label)));
    assert.equal(labels[0], '18 images · 6 identities');
    assert.match(labels[1], TOP);
    assert.match(labels[2], OUTDATED);
  });

  it('does not for a comment, another name or the way a value is written', async () => {
    await client.change(
      uri,
      `# a comment\n${text.replace('name: Small', 'name: "Large"').replace('{top: [1, 5]}', '\n  top:\n  - 1\n  - 5')}`,
    );
    const labels = await hints((found) => found.length >= 4);
    assert.ok(
      labels.every((label) => !label.includes('outdated')),
      labels.join('\n'),
    );
  });

  it('keeps what it shows while a line is half typed', async () => {
    await client.change(uri, text);
    await hints((found) => found.length >= 4);
    await client.change(uri, text.replace('index: flat', 'index: fla'));
    const labels = await client.hintLabels(uri);
    assert.match(labels[1], TOP);
  });

  it('lists what it expects with its place and how it ended', async () => {
    await client.change(uri, text);
    const [state, ...others] = await client.get('expectations', { uri });
    assert.deepEqual(others, []);
    assert.equal(state.text, 'accuracy.first.top1 >= 0%');
    assert.equal(state.outcome?.ok, true);
    assert.equal(state.outcome?.stale, false);
    assert.deepEqual(state.range, { start: { line: 9, character: 4 }, end: { line: 9, character: 29 } });
  });

  it('says what a changed data set would cost, from the rate measured here, and nothing where nothing was measured', async () => {
    await writeFaces(join(folder, 'more'), 40, 4, 3);
    await client.change(
      uri,
      text
        .replace('root: faces', 'root: more')
        .replace('name: second, file: second.onnx', 'name: second, file: second.onnx, layout: nchw'),
    );
    const planned = await client.get('plan', { uri });
    const first = planned.find(({ label }) => label === 'first');
    assert.equal(first?.total, 160);
    assert.equal(first?.cached, 0);
    const labels = await hints((found) => found.some((label) => label.startsWith('~ ')));
    assert.match(labels.find((label) => label.startsWith('~ ')) ?? '', /^~ \d+ s · \d+ MB$/);
  });
});

describe('An experiment over the pairs of a file', () => {
  let folder: string;
  let client: LanguageClient;

  before(async () => {
    folder = await newWorkspace();
  });
  after(async () => {
    await client.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('marks what was measured of other pairs as outdated once the list has changed, and what was not of pairs never', async () => {
    const file = await writeColourExperiment(
      folder,
      { ana: [10, 12], bo: [50, 54] },
      'verification: {pairs: {file: pairs.csv}, fmr: [0.5]}',
    );
    const pairs = join(folder, 'pairs.csv');
    const text = 'a,b,same\nana/10.png,ana/12.png,1\nana/10.png,bo/50.png,0\n';
    await writeFile(pairs, text);
    const { run } = await runToResults(file);
    const { lists } = run.hashes ?? assert.fail();
    assert.deepEqual(lists, { 'verification.pairs.file': sha256(text) });
    client = await clientFor(file);
    const uri = await client.open(file, await readFile(file, 'utf8'));
    const outdated = (labels: string[]) => labels.filter((label) => label.startsWith('outdated'));
    const labels = () => client.hintLabels(uri);
    const fresh = await client.until(labels, (found) => found.length >= 2);
    assert.deepEqual(outdated(fresh), []);
    const changes = async (to: string, passes: (labels: string[]) => boolean) => {
      await writeFile(pairs, to);
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [] });
      return client.until(labels, passes);
    };
    const after = await changes(`${text}bo/50.png,bo/54.png,1\n`, (found) => outdated(found).length > 0);
    assert.deepEqual(after, [fresh[0], `outdated: ${fresh[1]}`]);
    assert.deepEqual(await changes(text, (found) => outdated(found).length === 0), fresh);
  });
});
