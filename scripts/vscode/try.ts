import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startVsCode } from './code-server.js';
import { installCodeServer } from './install.js';

/*
 * npm run try [-- FOLDER] [--port N]: the extension in a VS Code in the browser, on this machine alone, with a copy of
 * experiments/ or with a folder of yours.
 */
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const { values, positionals } = parseArgs({
  options: { port: { type: 'string', default: '8123' } },
  allowPositionals: true,
});
const note = (text: string) => process.stdout.write(`${text}\n`);

const copied = positionals[0] === undefined ? await copyOfExperiments() : undefined;
const folder = copied ?? resolve(positionals[0]);
const server = await startVsCode({ installation: await installCodeServer(note), port: Number(values.port) });
const extension = [['extensionDevelopmentPath', `vscode-remote://127.0.0.1:${server.port}${root}`]];
note(`\nOpen ${server.urlOf(folder)}&payload=${encodeURIComponent(JSON.stringify(extension))}`);
note(`It has ${folder} open, and ends with Control-C.`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await server.stop();
    if (copied) await rm(copied, { recursive: true, force: true });
    process.exit(0);
  });
}

/** A repository of its own, so that what runs write stays in it. */
async function copyOfExperiments(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'lookalike-experiments-'));
  await mkdir(join(copy, '.git'));
  await cp(join(root, 'experiments'), copy, { recursive: true });
  return copy;
}
