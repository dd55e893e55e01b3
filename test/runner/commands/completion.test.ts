import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookalike } from '../../support/command-line.js';
import { hasShell, offeredBy } from '../../support/shells.js';
import { newWorkspace } from '../../support/workspace.js';

const RUNS = ['20260101-000000-aaaaaa', '20260102-000000-bbbbbb'];

describe('lookalike completion', () => {
  let folder: string;

  before(async () => {
    folder = await newWorkspace();
    for (const id of RUNS) await mkdir(join(folder, '.lookalike/runs', id), { recursive: true });
    await writeFile(join(folder, '.lookalike/runs/index.jsonl'), '');
    await mkdir(join(folder, '.lookalike/runs', '$(touch hacked)'));
    await mkdir(join(folder, '.lookalike/runs', '`touch hacked`'));
    await writeFile(join(folder, 'faces.experiment.yaml'), '');
    await mkdir(join(folder, 'photographs'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('refuses a shell that it has no script for', async () => {
    const { code, stderr } = await lookalike(['completion', 'cmd']);
    assert.equal(code, 2);
    assert.match(stderr, /bash, zsh, fish/);
  });

  for (const shell of ['bash', 'zsh', 'fish']) {
    describe(`in ${shell}`, () => {
      let script: string;

      before(async function () {
        if (!hasShell(shell)) this.skip();
        script = join(folder, `script.${shell}`);
        const { code, stdout, stderr } = await lookalike(['completion', shell]);
        assert.equal(code, 0, stderr);
        await writeFile(script, stdout);
      });

      const offered = (line: string) => offeredBy(shell, script, line, folder);

      it('offers the commands, and those below one', () => {
        const commands = offered('lookalike ');
        for (const name of ['run', 'check', 'fmt', 'init', 'runs', 'completion', 'lsp'])
          assert.ok(commands.includes(name));
        assert.deepEqual(offered('lookalike runs '), ['diff', 'list', 'note', 'remove', 'rerun', 'show']);
        assert.deepEqual(offered('lookalike runs re'), ['remove', 'rerun']);
      });

      it('offers the options that the help has, of each command', async () => {
        for (const command of [['run'], ['check'], ['fmt'], ['runs', 'list'], ['runs', 'diff'], ['models']]) {
          const { stdout } = await lookalike(['help', ...command]);
          const inHelp = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, long]) => long).sort();
          assert.ok(inHelp.length > 2, stdout);
          assert.deepEqual(offered(`lookalike ${command.join(' ')} --`), inHelp, command.join(' '));
        }
      });

      it('offers the words that an option or an argument takes', () => {
        assert.deepEqual(offered('lookalike run --device '), ['coreml', 'cpu', 'cuda', 'dml', 'webgpu']);
        assert.deepEqual(offered('lookalike run faces.experiment.yaml --progress '), ['auto', 'json', 'none']);
        assert.deepEqual(offered('lookalike models '), ['fetch', 'list']);
        assert.ok(offered('lookalike init ').includes('quickstart'));
      });

      it('offers files, folders and runs where they are meant', () => {
        assert.deepEqual(offered('lookalike check fa'), ['faces.experiment.yaml']);
        assert.deepEqual(
          offered('lookalike run --out ph').map((name) => name.replace(/\/$/, '')),
          ['photographs'],
        );
        assert.deepEqual(offered('lookalike runs show '), RUNS);
        assert.deepEqual(offered('lookalike runs diff 20260101-000000-aaaaaa 20260102'), [RUNS[1]]);
      });

      it('offers nothing that was made up to be worked out by a shell, and works it out neither', () => {
        offered('lookalike runs show $');
        offered('lookalike runs show ');
        assert.ok(!existsSync(join(folder, 'hacked')));
      });
    });
  }
});
