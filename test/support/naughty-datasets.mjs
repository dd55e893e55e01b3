/*
 * Data sets of a third party's that misbehave, for `--plugin`: one floods standard output, one never gives its
 * process back to the event loop, one ends its process with the words of a library, one leaves a child behind, in a session of its own, that holds the streams.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as z from 'zod';

const params = z.object({});

function dataset(name, list) {
  const load = async () => ({ ok: true, value: { list } });
  return {
    family: 'dataset',
    name: `test/${name}`,
    version: 1,
    title: name,
    docs: '',
    params,
    example: `test/${name}`,
    load,
  };
}

const EMPTY = { ok: true, value: { images: [], missing: [] } };

export default [
  dataset('flood', async () => {
    const line = `${'spam '.repeat(200)}\n`;
    for (let n = 0; n < 50_000; n++)
      if (!process.stdout.write(line)) await new Promise((go) => process.stdout.once('drain', go));
    return EMPTY;
  }),
  dataset('hang', async ({ progress }) => {
    progress(1, 2);
    await new Promise((go) => setTimeout(go, 200));
    for (;;);
  }),
  dataset('babble', async () => {
    process.stderr.write(`/bundle.js:1\n${'x'.repeat(9000)}\n${' '.repeat(600)}^\n`);
    process.stderr.write(
      '\u001b[31mRangeError: offset is out of bounds\u001b[0m\n    at Float32Array.set (<anonymous>)\n',
    );
    process.exit(7);
  }),
  dataset('orphan', async () => {
    const session = { stdio: 'inherit', detached: true };
    const { pid } = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)'], session);
    writeFileSync(process.env.LOOKALIKE_TEST_ORPHAN, String(pid));
    process.kill(process.pid, 'SIGKILL');
  }),
];
