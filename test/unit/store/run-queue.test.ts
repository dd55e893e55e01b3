import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { identityOf } from '../../../server/src/store/process-identity.js';
import { leaveLine, standInLine, waitInLine } from '../../../server/src/store/run-queue.js';
import { newWorkspace } from '../../support/workspace.js';

const me = identityOf(process.pid);

describe('The line of runs', () => {
  let home: string;
  beforeEach(async () => {
    home = await newWorkspace();
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  /** A run that waits; what it was told, and when its turn has come. */
  function waiting(id: string, atOnce: number, signal = new AbortController().signal) {
    const told: number[] = [];
    return { told, turn: waitInLine(home, id, { signal, atOnce, onWait: (runs) => told.push(runs) }) };
  }

  it('lets as many go on as fit, and the others in the order in which they came', async () => {
    for (const id of ['a', 'b', 'c', 'd']) standInLine(home, id, me);
    const order: string[] = [];
    const runs = ['d', 'c', 'b', 'a'].map((id) => {
      const run = waiting(id, 2);
      return { id, ...run, turn: run.turn.then(() => order.push(id)) };
    });
    const [d, c, b, a] = runs;
    await Promise.all([a?.turn, b?.turn]);
    assert.deepEqual(order.toSorted(), ['a', 'b']);
    await leaveLine(home, 'b');
    await c?.turn;
    await leaveLine(home, 'a');
    await d?.turn;
    assert.deepEqual(order.slice(2), ['c', 'd']);
    assert.deepEqual([a?.told, b?.told, c?.told, d?.told], [[], [], [1], [2, 1]]);
  });

  it('is not held up by a process that was killed, nor by a file that says nothing', async () => {
    const process = spawn(globalThis.process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    standInLine(home, 'killed', identityOf(process.pid ?? 0));
    standInLine(home, 'next', me);
    const next = waiting('next', 1);
    process.kill('SIGKILL');
    await once(process, 'exit');
    await next.turn;
  });

  it('is left by a run that is cancelled while it waits, which keeps nobody behind it', async () => {
    for (const id of ['a', 'b', 'c']) standInLine(home, id, me);
    const ending = new AbortController();
    const b = waiting('b', 1, ending.signal);
    ending.abort();
    await assert.rejects(b.turn, { name: 'AbortError' });
    await leaveLine(home, 'b');
    const c = waiting('c', 1);
    await leaveLine(home, 'a');
    await c.turn;
  });

  it('takes in a run at its end that did not come by itself', async () => {
    standInLine(home, 'a', me);
    const late = waiting('late', 1);
    await leaveLine(home, 'a');
    await late.turn;
  });
});
