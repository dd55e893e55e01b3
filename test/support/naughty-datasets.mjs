/*
 * Data sets of a third party's that misbehave, for `--plugin`: one floods standard output, one never gives its
 * process back to the event loop, one sends messages that are none, one leaves a child behind that holds the streams.
 */
import { spawn } from 'node:child_process';
import { z } from 'zod';

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
    for (let n = 0; n < 1000; n++) process.send({ type: 'nonsense', n });
    await new Promise((sent) => process.send('text', sent));
    process.exit(7);
  }),
  dataset('orphan', async () => {
    const { pid } = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)'], { stdio: 'inherit' });
    await new Promise((written) => process.stdout.write(`orphan ${pid}`, written));
    process.kill(process.pid, 'SIGKILL');
  }),
];
