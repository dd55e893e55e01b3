import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withLease } from '../../../server/src/store/cache/lease.js';
import { identityOf } from '../../../server/src/store/process-identity.js';
import { temporaryFolder } from '../../support/run-folder.js';

const HOUR_MS = 3_600_000;

describe('A lease', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'one.lease');
  const held = () => JSON.stringify(identityOf(process.pid));
  const { signal } = new AbortController();

  for (const { what, leave } of [
    {
      what: 'a process that is no more',
      leave: () => writeFile(file(), JSON.stringify({ ...identityOf(process.pid), started: '1' })),
    },
    { what: 'an hour ago', leave: () => dated(-HOUR_MS) },
    { what: 'an hour from now, by a clock that was put back', leave: () => dated(HOUR_MS) },
    { what: 'a folder', leave: () => mkdir(join(file(), 'inside'), { recursive: true }) },
    { what: 'a link to a device', leave: () => symlink('/dev/zero', file()) },
    { what: 'a pipe', leave: async () => void execFileSync('mkfifo', [file()]) },
  ]) {
    it(`that is left by ${what} is taken over`, async () => {
      await leave();
      assert.equal(await withLease(file(), signal, async () => existsSync(file())), true);
      assert.equal(existsSync(file()), false);
    });
  }

  it('that a living process renews is waited for, until one is told to stop', async () => {
    await writeFile(file(), held());
    const stop = new AbortController();
    const waiting = withLease(file(), stop.signal, async () => 'done');
    stop.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    assert.ok(existsSync(file()));
  });

  for (const [what, apart] of [
    ['behind', -HOUR_MS],
    ['ahead', HOUR_MS],
  ] as const) {
    it(`that another machine has whose clock is an hour ${what} is waited for`, async () => {
      await dated(apart, { ...identityOf(process.pid), space: 'another machine' });
      const stop = new AbortController();
      const waiting = withLease(file(), stop.signal, async () => 'done');
      // Long enough to be looked at some times.
      await delay(200);
      stop.abort();
      await assert.rejects(waiting, { name: 'AbortError' });
      assert.ok(existsSync(file()));
    });
  }

  async function dated(milliseconds: number, holder: object = identityOf(process.pid)): Promise<void> {
    await writeFile(file(), JSON.stringify(holder));
    const date = new Date(Date.now() + milliseconds);
    await utimes(file(), date, date);
  }
});
