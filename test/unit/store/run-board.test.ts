import assert from 'node:assert/strict';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FoundRun } from '../../../server/src/history/read-run.js';
import { Homes } from '../../../server/src/lsp/runs/homes.js';
import { RunBoard, type RunNews } from '../../../server/src/lsp/runs/run-board.js';
import { writeManyRuns } from '../../support/many-runs.js';
import { newWorkspace } from '../../support/workspace.js';

const RUNS = 12;

describe('The board of runs', () => {
  let workspace: string;
  let homes: Homes;
  let board: RunBoard;
  let news: RunNews[];
  before(async () => {
    workspace = await newWorkspace();
    writeManyRuns(join(workspace, '.lookalike'), join(workspace, 'robustness.experiment.yaml'), RUNS);
  });
  after(() => rm(workspace, { recursive: true, force: true }));
  beforeEach(() => {
    homes = new Homes();
    homes.setFolders([workspace]);
    news = [];
    board = new RunBoard(homes, (one) => news.push(one));
  });
  afterEach(() => board.stop());

  it('has the newest without the others, which are no news when they are read', async () => {
    const newest = await board.newest(3);
    assert.deepEqual(
      newest.map(({ summary }) => summary.startedAt),
      ['2026-01-01T00:11:00.000Z', '2026-01-01T00:10:00.000Z', '2026-01-01T00:09:00.000Z'],
    );
    assert.deepEqual(board.known(), newest);
    await board.look();
    assert.deepEqual([board.known().length, news], [3, []]);
    const all = await board.read();
    assert.deepEqual([all.length, all.slice(0, 3)], [RUNS, newest]);
    await board.look();
    assert.deepEqual(news, []);
  });

  it('reads each run once, whoever asks for it meanwhile', async () => {
    const [newest, all, again] = await Promise.all([board.newest(5), board.read(), board.read()]);
    for (const [n, run] of all.entries()) assert.equal(run, again[n]);
    for (const [n, run] of newest.entries()) assert.equal(run, all[n]);
    assert.deepEqual(await board.newest(2), all.slice(0, 2));
    assert.equal(board.known().length, RUNS, 'what was read is not forgotten for it');
  });

  it('tells of a run that comes or goes after that', async () => {
    const [{ summary }] = (await board.newest(1)) as [FoundRun];
    const away = join(workspace, basename(summary.folder));
    await board.read();
    await rename(summary.folder, away);
    await board.look();
    assert.deepEqual(news, [{ changed: [], gone: [summary.folder] }]);

    board.stop();
    const other = new RunBoard(homes, (one) => news.push(one));
    await other.read();
    await rename(away, summary.folder);
    await other.look();
    other.stop();
    assert.deepEqual(
      news[1]?.changed.map(({ folder }) => folder),
      [summary.folder],
    );
  });

  it('tells of a run whose folder was seen before there was anything in it', async () => {
    const [{ summary }] = (await board.newest(1)) as [FoundRun];
    const folder = join(workspace, '.lookalike/runs/20990101-000000-abcdef');
    await mkdir(folder);
    await board.read();
    await board.look();
    assert.equal(news.length, 0);
    for (const name of ['run.json', 'results.json']) await copyFile(join(summary.folder, name), join(folder, name));
    await board.look();
    assert.deepEqual(
      news.flatMap(({ changed }) => changed.map((run) => run.folder)),
      [folder],
    );
    await rm(folder, { recursive: true });
  });

  it('has what was there when it was asked, however many looks are under way', async () => {
    const second = await newWorkspace();
    writeManyRuns(join(second, '.lookalike'), join(second, 'robustness.experiment.yaml'), RUNS);
    homes.setFolders([workspace, second]);
    const [{ summary }] = (await board.newest(1)) as [FoundRun];
    const looks: Promise<unknown>[] = [];
    for (let n = 0; n < 15; n++) {
      const folder = join(workspace, `.lookalike/runs/20990101-0000${10 + n}-abcdef`);
      await mkdir(folder);
      looks.push(board.look(), board.read());
      for (const name of ['run.json', 'results.json']) await copyFile(join(summary.folder, name), join(folder, name));
      const found = (await board.read()).some((run) => run.summary.folder === folder);
      assert.ok(found, `run ${n + 1}`);
    }
    await Promise.all(looks);
    await rm(second, { recursive: true });
  });
});
