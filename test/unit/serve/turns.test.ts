import assert from 'node:assert/strict';
import { ok } from '../../../server/src/protocol/errors.js';
import { Turns } from '../../../server/src/serve/turns.js';

const WAIT_MS = 50;

describe('Turns', () => {
  it('come in order, one after the other, whatever becomes of those before', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await new Promise(setImmediate);
      log.push(`${name} ends`);
      if (name === 'second') throw new Error('a bug');
      return ok(name);
    };
    const ended = await Promise.allSettled(['first', 'second', 'third'].map((name) => turns.take(work(name))));
    assert.deepEqual(
      log,
      ['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
    assert.deepEqual(
      ended.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });

  it('are left to the next before the work has ended', async () => {
    const turns = new Turns();
    const log: string[] = [];
    let isThird = () => {};
    const third = new Promise<void>((resolve) => {
      isThird = resolve;
    });
    const leaving = (name: string) => async (leave: () => void) => {
      log.push(`${name} begins`);
      leave();
      await third;
      log.push(`${name} ends`);
      return ok(name);
    };
    const last = async () => {
      log.push('third');
      isThird();
      return ok('third');
    };
    const ended = await Promise.all([turns.take(leaving('first')), turns.take(leaving('second')), turns.take(last)]);
    assert.deepEqual(log, ['first begins', 'second begins', 'third', 'first ends', 'second ends']);
    assert.deepEqual(
      ended.map((result) => result.ok && result.value),
      ['first', 'second', 'third'],
    );
  });

  it('are not taken by who has waited too long', async () => {
    const turns = new Turns(WAIT_MS);
    const computes = async () => {
      const end = performance.now() + 2 * WAIT_MS;
      while (performance.now() < end);
      return ok('computed');
    };
    const [first, late] = await Promise.all([turns.take(computes), turns.take(async () => ok('worked on'))]);
    assert.ok(first.ok);
    assert.equal(late.ok ? '' : late.problem.code, 'server-busy');
    assert.ok((await turns.take(async () => ok('worked on'))).ok);
  });
});
