import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckDocument } from '../../../server/src/protocol/runs/documents/check-document.js';
import type { PlanDocument } from '../../../server/src/protocol/runs/documents/plan-document.js';
import { type Finished, lookalike } from '../../support/command-line.js';
import { parsedBySchema } from '../../support/json-schemas.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';

const CLI = fileURLToPath(new URL('../../../bin/lookalike.mjs', import.meta.url));

/** A text that a person would put right without a thought. */
const SLIPS = 'dataset : {use: synthetic}\nembed:\n  models: [face-recognition]\naccuracy:\n\ttop: [1]\n';
const UNEVEN = 'dataset:   {use: synthetic}\nembed:\n      models:   [face-recognition]\n';
const EVEN = 'dataset: {use: synthetic}\nembed:\n  models: [face-recognition]\n';
const WRONG = 'dataset: {use: synthetc}\nembed: {models: [face-recognition]}\n';

describe('Commands for experiment files', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function write(name: string, text: string | Buffer): Promise<string> {
    const file = join(folder, name);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  /** The command with a text on its standard input. */
  function given(text: string, args: readonly string[]): Promise<Finished> {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: 'pipe' });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.stdin.end(text);
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  }

  describe('check', () => {
    it('takes folders: each experiment in and below them, and no other file', async () => {
      await write('a/one.experiment.yaml', WRONG);
      await write('a/b/two.experiment.yml', WRONG);
      await write('a/other.yaml', WRONG);
      await write('a/node_modules/three.experiment.yaml', WRONG);
      await write('a/.hidden/four.experiment.yaml', WRONG);
      const { code, stdout } = await lookalike(['check', join(folder, 'a')]);
      assert.equal(code, 2);
      const files = stdout
        .split('\n')
        .flatMap((line) => /(\w+\.experiment\.ya?ml):1:16 error unknown-plugin/.exec(line)?.[1] ?? []);
      assert.deepEqual(files, ['two.experiment.yml', 'one.experiment.yaml']);
      await mkdir(join(folder, 'empty'));
      assert.match((await lookalike(['check', join(folder, 'empty')])).stderr, /error experiment-none/);
    });

    it('takes standard input, whose paths are those of the file that it stands for', async () => {
      await mkdir(join(folder, 'there/faces/ana'), { recursive: true });
      const text = 'dataset: {use: folder, root: faces}\nembed: {models: [face-recognition]}\naccuracy:\n';
      const stands = await given(text, ['check', '-', '--stdin-file', 'there/x.experiment.yaml']);
      assert.doesNotMatch(stands.stdout, /path-missing/);
      const here = await given(text, ['check', '-']);
      assert.equal(here.code, 2);
      assert.match(here.stdout, /^-:1:\d+ error path-missing/);
    });

    it('prints with --json what its schema says, of every file that it was given', async () => {
      const files = [
        await write('good.experiment.yaml', EVEN),
        await write('wrong.experiment.yaml', WRONG),
        join(folder, 'none.yaml'),
      ];
      const { code, stdout } = await lookalike(['check', '--json', ...files]);
      assert.equal(code, 2);
      const document = parsedBySchema<CheckDocument>(stdout, 'check');
      assert.deepEqual(
        document.files.map(({ file }) => file),
        files,
      );
      const [good, wrong, none] = document.files;
      assert.deepEqual(
        good.diagnostics.filter(({ severity }) => severity === 'error'),
        [],
      );
      const [{ code: what, start, end, path }] = wrong.diagnostics;
      assert.deepEqual(
        [what, start, end, path],
        ['unknown-plugin', { line: 1, column: 16 }, { line: 1, column: 24 }, ['dataset', 'use']],
      );
      assert.equal(none.problem?.code, 'file-unreadable');
      assert.equal(document.errors, 2);
    });

    it('puts right with --fix what is plainly meant, says what it did, and what is left', async () => {
      const file = await write('slips.experiment.yaml', `${SLIPS}lunch: 1\n`);
      const { stdout, code } = await lookalike(['check', '--fix', file]);
      assert.match(stdout, /slips\.experiment\.yaml:\d+ fixed yaml-syntax /);
      assert.match(stdout, /error unknown-key .*lunch/);
      assert.equal(code, 2);
      const text = await readFile(file, 'utf8');
      assert.ok(!text.includes('\t') && text.includes('top: [1]'), text);
      const again = parsedBySchema<CheckDocument>(
        (await lookalike(['check', '--fix', '--json', file])).stdout,
        'check',
      );
      assert.deepEqual(again.files[0].fixed, [], 'a second time there is nothing to fix');
      assert.equal(await readFile(file, 'utf8'), text);
    });

    it('prints the fixed text of standard input, and what is said of it elsewhere', async () => {
      const { stdout, stderr } = await given(SLIPS, ['check', '--fix', '-']);
      assert.ok(!stdout.includes('\t') && stdout.includes('top: [1]') && !stdout.includes('fixed'), stdout);
      assert.match(stderr, /-:\d+ fixed yaml-syntax/);
    });

    it('leaves a file alone that it cannot write as it was, with its mode and links', async () => {
      const utf16 = await write('utf16.experiment.yaml', Buffer.from(`\ufeff${SLIPS}`, 'utf16le'));
      const bytes = await readFile(utf16);
      assert.match((await lookalike(['check', '--fix', utf16])).stderr, /error file-not-utf8/);
      assert.deepEqual(await readFile(utf16), bytes);
      const file = await write('mode.experiment.yaml', SLIPS);
      await chmod(file, 0o640);
      await symlink(file, join(folder, 'link.experiment.yaml'));
      await lookalike(['check', '--fix', join(folder, 'link.experiment.yaml')]);
      assert.equal((await stat(file)).mode & 0o777, 0o640);
      assert.ok(!(await readFile(file, 'utf8')).includes('\t'));
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
        [],
      );
    });
  });

  describe('fmt', () => {
    it('lays files out, and says which it changed', async () => {
      const uneven = await write('uneven.experiment.yaml', UNEVEN);
      const even = await write('even.experiment.yaml', EVEN);
      const { code, stdout } = await lookalike(['fmt', folder]);
      assert.deepEqual([code, stdout], [0, `formatted ${uneven}\n`]);
      assert.equal(await readFile(uneven, 'utf8'), EVEN);
      assert.equal(await readFile(even, 'utf8'), EVEN);
    });

    it('changes nothing with --check, and ends with 1 where something would change', async () => {
      const uneven = await write('uneven.experiment.yaml', UNEVEN);
      const even = await write('even.experiment.yaml', EVEN);
      const would = await lookalike(['fmt', '--check', uneven, even]);
      assert.deepEqual([would.code, would.stdout], [1, `${uneven}\n`]);
      assert.equal(await readFile(uneven, 'utf8'), UNEVEN);
      assert.equal((await lookalike(['fmt', '--check', even])).code, 0);
    });

    it('reads standard input and writes standard output, as editors ask', async () => {
      assert.deepEqual(await given(UNEVEN, ['fmt', '-']), { code: 0, stdout: EVEN, stderr: '' });
      assert.equal((await given(UNEVEN, ['fmt', '-', '--check'])).code, 1);
    });

    it('refuses what is not valid YAML, by its place', async () => {
      const file = await write('broken.experiment.yaml', 'dataset: [\n');
      const { code, stderr } = await lookalike(['fmt', file]);
      assert.equal(code, 2);
      assert.match(stderr, /error not-formatted .*broken\.experiment\.yaml:\d+:\d+/);
    });
  });

  describe('init', () => {
    it('lists the templates, and writes one that check finds in order', async () => {
      const { stdout } = await lookalike(['init'], { cwd: folder });
      for (const name of ['quickstart', 'photographs', 'cloaks']) assert.ok(stdout.includes(name), stdout);
      const { code } = await lookalike(['init', 'quickstart'], { cwd: folder });
      assert.equal(code, 0);
      assert.equal((await lookalike(['check', 'quickstart.experiment.yaml'], { cwd: folder })).code, 0);
    });

    it('writes over nothing, whatever it is', async () => {
      const file = await write('quickstart.experiment.yaml', 'mine');
      const { code, stderr } = await lookalike(['init', 'quickstart'], { cwd: folder });
      assert.equal(code, 2);
      assert.match(stderr, /error file-there/);
      assert.equal(await readFile(file, 'utf8'), 'mine');
      await symlink('nowhere', join(folder, 'link'));
      assert.equal((await lookalike(['init', 'quickstart', '--to', 'link'], { cwd: folder })).code, 2);
    });

    it('knows what was meant by a misspelt template', async () => {
      assert.match((await lookalike(['init', 'quikstart'], { cwd: folder })).stderr, /did you mean "quickstart"/);
    });
  });

  describe('plan --json', () => {
    it('prints what its schema says: each part of the work, as the table has it', async () => {
      await writeFaces(join(folder, 'faces'), 2, 2);
      const file = await writeSmallExperiment(folder);
      const { code, stdout } = await lookalike(['plan', '--json', file]);
      assert.equal(code, 0);
      const { work, name } = parsedBySchema<PlanDocument>(stdout, 'plan');
      assert.equal(name, 'Small');
      const embed = work
        .filter(({ stage }) => stage === 'embed')
        .map(({ label, total, cached }) => [label, total, cached]);
      assert.deepEqual(embed, [
        ['first', 4, 0],
        ['second', 4, 0],
      ]);
    });
  });

  describe('-q and -v', () => {
    it('say nothing but results and what is wrong, and say more', async () => {
      await writeFaces(join(folder, 'faces'), 2, 2);
      const file = await writeSmallExperiment(folder);
      const verbose = await lookalike(['run', file, '-v']);
      assert.match(verbose.stderr, /private folder .*\.lookalike/);
      assert.match(verbose.stderr, /embed: .* held at the most/);
      const quiet = await lookalike(['run', file, '-q']);
      assert.deepEqual([quiet.code, quiet.stderr], [0, '']);
      assert.match(quiet.stdout, /top-1/);
      const failed = await lookalike(['run', file, '-q', '--set', 'expect=[accuracy.first.top1 > 100%]']);
      assert.equal(failed.code, 1);
      assert.match(failed.stderr, /^error expectation-failed/);
      assert.equal((await lookalike(['run', file, '-q', '-v'])).code, 2);
    });
  });
});
