import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../../../server/src/plugins/perturbations/command.js';
import { isAlive } from '../../../server/src/store/process-identity.js';
import { listed, photographsIn } from '../../support/photographs.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { writeFaces } from '../../support/small-experiment.js';

/** A tool in a few lines of JavaScript, which sees its folders as `input` and `output`. */
function tool(code: string, ...args: string[]): string[] {
  const prelude = `const fs = require('node:fs'), path = require('node:path'); const [input, output] = process.argv.slice(1);`;
  return [process.execPath, '-e', prelude + code, '{input}', '{output}', ...args];
}

const COPY_EACH = (target: string) =>
  tool(`for (const name of fs.readdirSync(input)) fs.copyFileSync(path.join(input, name), ${target});`);

describe('perturbation command', () => {
  const folder = temporaryFolder();

  beforeEach(() => writeFaces(join(folder(), 'faces'), 2, 2));

  async function run(words: string[], more: Record<string, unknown> = {}, signal = new AbortController().signal) {
    const params = command.params.parse({ run: words, timeout: 20, ...more });
    const loaded = await command.load(params, { folder: join(folder(), 'work'), threads: 1 });
    assert.ok(loaded.ok);
    const images = await photographsIn(join(folder(), 'faces'));
    return loaded.value.perturb(await Promise.all(images.map(listed)), { signal, progress: () => undefined });
  }

  async function failure(words: string[], more?: Record<string, unknown>) {
    const result = await run(words, more);
    assert.ok(!result.ok, 'it succeeded');
    return result.problem;
  }

  it('takes what the tool writes into the output folder', async () => {
    const made = await run(COPY_EACH(`path.join(output, name.replace('.png', '_cloaked.png'))`));
    assert.ok(made.ok);
    const [first] = await photographsIn(join(folder(), 'faces'));
    assert.deepEqual(
      made.value.map(({ kind }) => kind),
      Array(4).fill('perturbed'),
    );
    assert.deepEqual('png' in made.value[0] && Buffer.from(made.value[0].png), await readFile(first.file));
  });

  it('takes what it writes beside the photographs, as Fawkes does', async () => {
    const made = await run(COPY_EACH(`path.join(input, name.replace('.png', '_cloaked.png'))`));
    assert.ok(made.ok);
    assert.ok(made.value.every(({ kind }) => kind === 'perturbed'));
  });

  it('leaves the photographs alone, and nothing behind', async () => {
    const before = await readFile(join(folder(), 'faces/person-000/0.png'));
    await run(tool(`for (const name of fs.readdirSync(input)) fs.writeFileSync(path.join(input, name), 'spoilt');`));
    assert.deepEqual(await readFile(join(folder(), 'faces/person-000/0.png')), before);
    assert.deepEqual(await readdir(join(folder(), 'work')), []);
  });

  it('counts a photograph that the tool left out', async () => {
    const made = await run(tool(`fs.copyFileSync(input + '/000002.png', output + '/000002_cloaked.png');`));
    assert.ok(made.ok);
    assert.deepEqual(
      made.value.map(({ kind }) => kind),
      ['failed', 'perturbed', 'failed', 'failed'],
    );
  });

  it('passes words on as they are: no shell reads them', async () => {
    const words = tool(`fs.writeFileSync(process.argv[3], 'here'); process.exit(1)`, '$(touch x); `touch y` & > z');
    await failure(words);
    assert.deepEqual((await readdir(folder())).sort(), ['faces', 'work']);
  });

  it('says how a tool failed, with its last words', async () => {
    const problem = await failure(tool(`console.error('no such mode'); process.exit(3)`));
    assert.equal(problem.code, 'command-failed');
    assert.match(problem.message, /code 3.*no such mode/s);
  });

  it('says that a program is not there', async () => {
    assert.equal((await failure(['no-such-tool', '{input}'])).code, 'command-not-run');
  });

  it('ends a tool that hangs, and what it has started', async () => {
    const pidFile = join(folder(), 'pid');
    const words = tool(
      `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
       fs.writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
       setInterval(() => {}, 1000)`,
    );
    assert.equal((await failure(words, { timeout: 1 })).code, 'command-timeout');
    const child = Number(await readFile(pidFile, 'utf8'));
    while (isAlive(child)) await new Promise(setImmediate);
  });

  it('says that a tool wrote nothing, with its last words', async () => {
    const problem = await failure(tool(`console.log('0 faces protected')`));
    assert.equal(problem.code, 'command-wrote-nothing');
    assert.match(problem.message, /0 faces protected/);
  });

  it('ends a tool that writes too much', async () => {
    const words = tool(`for (let n = 0; ; n++) fs.appendFileSync(output + '/log', Buffer.alloc(1e6));`);
    assert.equal((await failure(words, { megabytes: 2 })).code, 'command-too-much');
  });

  it('follows no link out of the output folder', async () => {
    await mkdir(join(folder(), 'private'));
    await writeFile(join(folder(), 'private/a.png'), await readFile(join(folder(), 'faces/person-000/0.png')));
    const target = JSON.stringify(join(folder(), 'private/a.png'));
    const words = tool(`fs.symlinkSync(${target}, output + '/000001_cloaked.png');`);
    assert.equal((await failure(words)).code, 'command-wrote-nothing');
  });

  it('stops when it is cancelled', async () => {
    const cancelling = new AbortController();
    const going = run(tool('setInterval(() => {}, 1000)'), {}, cancelling.signal);
    cancelling.abort();
    await assert.rejects(going, { name: 'AbortError' });
  });

  it('must be told where the photographs are, and needs a yes', () => {
    assert.ok(!command.params.safeParse({ run: ['tool'] }).success);
    assert.equal(command.permission?.(command.params.parse({ run: ['tool', '{input}'] })), 'command');
  });
});
