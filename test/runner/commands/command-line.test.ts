import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireDevice } from '../../../server/src/compute/encoder/device.js';
import { type Results, resultsSchema } from '../../../server/src/protocol/results.js';
import { isAlive } from '../../../server/src/store/process-identity.js';
import { lookalike, runToResults } from '../../support/command-line.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

const CLI = fileURLToPath(new URL('../../../bin/lookalike.mjs', import.meta.url));
const WAITING = fileURLToPath(new URL('../../support/waiting-model.mjs', import.meta.url));

describe('The command line', () => {
  let folder: string;
  let experiment: string;

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 6, 3);
    experiment = await writeSmallExperiment(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe('run', () => {
    it('prints a table, says where the run is, and ends with 0', async () => {
      const { code, stdout, stderr } = await lookalike(['run', experiment]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /first.*│.*%/);
      const [, place] = /run \S+ in (\S+)/.exec(stderr) ?? [];
      assert.deepEqual(
        (await readdir(place)).sort(),
        [
          'checksums.jsonl',
          'events.jsonl',
          'heartbeat',
          'images.jsonl',
          'neighbours-first-original.distances.npy',
          'neighbours-first-original.ids.npy',
          'neighbours-second-original.distances.npy',
          'neighbours-second-original.ids.npy',
          'queries.jsonl',
          'request.json',
          'results.json',
          'run.json',
          'runner.log',
          'spec.yaml',
        ].sort(),
      );
    });

    it('tells each model’s figures as soon as it is done, and has them in its folder by then', async () => {
      const out = join(folder, 'out-early');
      const eventsIn = (stderr: string) =>
        stderr.split('\n').flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? JSON.parse(line) : []));
      const toldIn = (stderr: string): string[][] =>
        eventsIn(stderr).map(({ figures = [] }) => figures.map(({ label }: { label: string }) => label));
      const early: { told: string[]; kept: Results }[] = [];
      const { code, stderr } = await lookalike(['run', experiment, '--progress', 'json', '--out', out], {
        onProgress: (said) => {
          const told = toldIn(said).flat();
          if (told.length === 0) return;
          early.push({ told, kept: resultsSchema.parse(JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))) });
        },
      });
      assert.equal(code, 0, stderr);
      assert.ok(
        toldIn(stderr).some((labels) => labels.includes('first top-1') && !labels.includes('second top-1')),
        'a model each',
      );
      const final = resultsSchema.parse(JSON.parse(await readFile(join(out, 'results.json'), 'utf8')));
      for (const { told, kept } of early) {
        for (const { model, top } of kept.accuracy ?? []) {
          assert.deepEqual(top, final.accuracy?.find((one) => one.model === model)?.top);
        }
        const models = kept.accuracy?.map(({ model }) => `${model} top-1`) ?? [];
        assert.ok(
          told.filter((label) => label.endsWith('top-1')).every((label) => models.includes(label)),
          'what was told is there',
        );
      }
      const shown = await lookalike(['run', experiment]);
      assert.match(shown.stderr, /^measured: first top-1 \d+\.\d %$/m);
      assert.doesNotMatch((await lookalike(['run', experiment, '-q'])).stderr, /measured/);
    });

    it('prints exactly the results document with --json', async () => {
      const out = join(folder, 'out-json');
      const { code, stdout } = await lookalike(['run', experiment, '--json', '--out', out]);
      assert.equal(code, 0);
      assert.deepEqual(JSON.parse(stdout), JSON.parse(await readFile(join(out, 'results.json'), 'utf8')));
    });

    it('keeps the file as it was run, variables unexpanded', async () => {
      const out = join(folder, 'out-spec');
      await runToResults(experiment, ['--out', out]);
      assert.equal(await readFile(join(out, 'spec.yaml'), 'utf8'), await readFile(experiment, 'utf8'));
    });

    it('takes the place of an earlier run in --out, and of nothing else', async () => {
      const out = join(folder, 'out-taken');
      const first = await runToResults(experiment, ['--out', out]);
      const second = await runToResults(experiment, ['--out', out]);
      assert.notEqual(second.run.id, first.run.id);
      await writeFile(join(out, 'thesis.tex'), 'years of work');
      const { code, stderr } = await lookalike(['run', experiment, '--out', out]);
      assert.equal(code, 2);
      assert.match(stderr, /error run-folder-taken .*thesis\.tex/);
      assert.equal(await readFile(join(out, 'thesis.tex'), 'utf8'), 'years of work');
    });

    it('prints events a line with --progress json', async () => {
      const { stderr } = await lookalike(['run', experiment, '--no-cache', '--json', '--progress', 'json']);
      const events = stderr.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
      assert.equal(events[0].type, 'run-started');
      assert.deepEqual(events[0].stages, ['dataset', 'embed', 'index', 'accuracy']);
      assert.equal(events.at(-1).type, 'run-finished');
      const embedding = events.filter(({ type, stage }) => type === 'progress' && stage === 'embed');
      assert.deepEqual(embedding.at(-1).done, 18);
      assert.deepEqual(embedding.at(-1).total, 18);
    });

    it('stops after the stage that --stage names', async () => {
      const results = await runToResults(experiment, ['--stage', 'embed']);
      assert.deepEqual(
        results.stages.map(({ name }) => name),
        ['dataset', 'embed'],
      );
      assert.equal(results.accuracy, undefined);
    });

    it('ends with 0 where what is expected holds, and with 1 where it does not', async () => {
      const good = await lookalike(['run', experiment, '--json', '--set', 'expect=[accuracy.first.top1 >= 0%]']);
      assert.equal(good.code, 0, good.stderr);
      const bad = await lookalike(['run', experiment, '--json', '--set', 'expect=[accuracy.first.top1 > 100%]']);
      assert.equal(bad.code, 1);
      assert.match(bad.stderr, /error expectation-failed .*accuracy\.first\.top1 > 100%/);
      const { run, expect } = JSON.parse(bad.stdout);
      assert.equal(run.status, 'failed');
      assert.equal(expect[0].ok, false);
      assert.equal(typeof expect[0].actual, 'number');
    });

    it('ends with 2, before anything is computed, where the file is wrong', async () => {
      const file = join(folder, 'wrong.experiment.yaml');
      await writeFile(file, 'dataset: {use: foldr, root: faces}\nembed: {models: [face-recognition]}\naccuracy:\n');
      const { code, stdout, stderr } = await lookalike(['run', file]);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /wrong\.experiment\.yaml:1:16 error unknown-plugin .*folder/);
    });

    it('ends with 2 where the arguments are wrong', async () => {
      assert.equal((await lookalike(['run'])).code, 2);
      assert.equal((await lookalike(['run', experiment, '--stage', 'lunch'])).code, 2);
      assert.equal((await lookalike(['run', join(folder, 'absent.yaml')])).code, 2);
      assert.equal((await lookalike(['walk', experiment])).code, 2);
    });

    it('names the devices there are where --device is none of them', async () => {
      const { code, stderr } = await lookalike(['run', experiment, '--device', 'abacus']);
      assert.equal(code, 2);
      assert.match(stderr, /abacus.*cpu, webgpu, cuda, dml, coreml/);
    });

    it('ends with 1 where the device is not there, and takes neither the CPU nor its embeddings instead', async function () {
      if ((await requireDevice('cuda')).ok) this.skip();
      assert.equal((await runToResults(experiment)).run.device, 'cpu');
      const { code, stdout, stderr } = await lookalike(['run', experiment, '--json', '--device', 'cuda']);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /error device-unavailable The device cuda cannot be opened: .*Cuda.*--device cpu/s);
      const { run, accuracy } = JSON.parse(stdout);
      assert.deepEqual([run.device, run.error.code, accuracy], ['cuda', 'device-unavailable', undefined]);
    });

    it('ends with 1, and says so, where the runner is killed from outside', async () => {
      const out = join(folder, 'out-killed');
      let killed = false;
      const { code, stderr } = await lookalike(['run', experiment, '--no-cache', '--progress', 'json', '--out', out], {
        async onProgress() {
          if (killed) return;
          killed = true;
          process.kill(JSON.parse(await readFile(join(out, 'run.json'), 'utf8')).pid, 'SIGKILL');
        },
      });
      assert.equal(code, 1, stderr);
      assert.match(stderr, /runner-crashed/);
      assert.equal(JSON.parse(await readFile(join(out, 'run.json'), 'utf8')).status, 'failed');
    });
  });

  describe('cancelling', () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`by ${signal} ends with 130 and keeps what was finished`, async () => {
        await writeFaces(join(folder, 'many'), 50, 4, 2);
        const file = join(folder, 'waiting.experiment.yaml');
        const model = `{use: test/waiting, until: ${JSON.stringify(join(folder, 'never'))}}`;
        await writeFile(file, `dataset: {use: folder, root: many}\nembed: {models: [${model}]}\n`);
        const args = ['run', file, '--plugin', WAITING, '--progress', 'json'];
        const out = join(folder, `out-${signal}`);
        let sent = false;
        const { code, stderr } = await lookalike([...args, '--out', out], {
          onProgress(text, child) {
            if (!sent && text.includes('"stage":"embed"')) sent = child.kill(signal);
          },
        });
        assert.equal(code, 130, stderr);
        const { run } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
        assert.equal(run.status, 'cancelled');
        assert.equal(JSON.parse(await readFile(join(out, 'run.json'), 'utf8')).status, 'cancelled');
      });
    }
  });

  describe('interrupted twice', () => {
    const NAUGHTY = fileURLToPath(new URL('../../support/naughty-datasets.mjs', import.meta.url));
    let hanging: string;

    before(async () => {
      hanging = join(folder, 'hanging.experiment.yaml');
      await writeFile(hanging, 'dataset: test/hang\n');
    });

    it('ends at once, and its runner with it, also where that cannot stop by itself', async () => {
      const out = join(folder, 'out-twice');
      const args = ['run', hanging, '--plugin', NAUGHTY, '--progress', 'json', '--out', out];
      let sent = 0;
      const { code, stderr } = await lookalike(args, {
        onProgress(text, child) {
          if (sent === 0 && text.includes('"done":1')) {
            sent++;
            child.kill('SIGINT');
            setImmediate(() => child.kill('SIGINT'));
          }
        },
      });
      assert.equal(code, 130, stderr);
      const { status, pid } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8'));
      assert.equal(status, 'cancelled');
      while (isAlive(pid)) await new Promise(setImmediate);
    });

    it('gives a terminal its cursor back', async function () {
      if (spawnSync('script', ['--version']).status !== 0) return this.skip();
      const command = `${process.execPath} ${CLI} run ${hanging} --plugin ${NAUGHTY}`;
      const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
      let shown = '';
      for await (const chunk of terminal.stdout) {
        const before = shown;
        shown += chunk;
        if (!before.includes('1/2') && shown.includes('1/2')) terminal.stdin.write('\x03\x03');
      }
      assert.ok(shown.lastIndexOf('\x1b[?25h') > shown.lastIndexOf('\x1b[?25l'), JSON.stringify(shown.slice(-200)));
    });
  });

  describe('asked for what cannot be', () => {
    it('ends with 2 where it is the arguments that are wrong, and says what is', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const wrong: [words: string[], says: RegExp][] = [
        [['help', 'frob'], /unknown command 'frob'/],
        [['serve', experiment, '--port', '0x50'], /whole number from 0 to 65535/],
        [['run', experiment, '--threads', '1e1'], /whole number from 1 to 1024/],
        [['serve', experiment, '--port', String(port)], /port-taken/],
        [['serve', experiment, '--host', '0.0.0.0'], /permission-needed/],
        [['export', experiment, '--to', folder], /folder-not-empty/],
        [['export', experiment, '--to', join(folder, 'new'), '--model', 'nope'], /model-unknown/],
      ];
      for (const [words, says] of wrong) {
        const { code, stderr } = await lookalike(words);
        assert.equal(code, 2, `${words.join(' ')}: ${stderr}`);
        assert.match(stderr, says);
      }
      taken.close();
    });

    it('tells of an expectation that is not met once, in the unit that it is written in', async () => {
      const { stdout, stderr } = await lookalike(['run', experiment, '--set', 'expect=[accuracy.first.top1 > 100%]']);
      assert.match(stdout, /accuracy\.first\.top1 > 100% .*%/);
      assert.match(stderr, /error expectation-failed 1 of 1 expectation not met/);
    });
  });

  describe('check', () => {
    it('prints file:line:column severity code message, and ends with 2 where there is an error', async () => {
      const file = join(folder, 'check.experiment.yaml');
      await writeFile(
        file,
        'dataset: {use: folder, root: nowhere}\nembed: {models: [face-recognition]}\nacuracy: {}\n',
      );
      const { code, stdout } = await lookalike(['check', file, experiment]);
      assert.equal(code, 2);
      assert.match(stdout, /^\S+check\.experiment\.yaml:3:1 error unknown-key .*accuracy/m);
    });

    it('finds nothing wrong with what is right', async () => {
      const { code, stdout } = await lookalike(['check', experiment]);
      assert.equal(code, 0);
      assert.equal(stdout, '');
    });
  });

  it('plans without computing: what is cached, and what the rest costs at the rate measured here', async () => {
    const other = await newWorkspace();
    await writeFaces(join(other, 'faces'), 4, 2);
    const file = await writeSmallExperiment(other);
    const before = await lookalike(['plan', file]);
    assert.equal(before.code, 0, before.stderr);
    assert.match(before.stdout, /embed +│ first +│ 8 +│ 0 +│ – /);
    assert.ok(!existsSync(join(other, '.lookalike')));
    await runToResults(file);
    assert.match((await lookalike(['plan', file])).stdout, /embed +│ first +│ 8 +│ 8 +│ 0 s/);
    await rm(other, { recursive: true });
  });

  it('plans nothing over images that are not there, and ends with 2', async () => {
    const { code, stdout, stderr } = await lookalike(['plan', experiment, '--set', 'dataset.root=nowhere']);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /error path-missing /);
  });

  it('lists models, and says of one that needs no fetching so', async () => {
    const { code, stdout } = await lookalike(['models']);
    assert.equal(code, 0);
    assert.match(stdout, /face-recognition/);
    assert.match(stdout, /onnx/);
    assert.equal((await lookalike(['models', 'fetch', 'face-recognition'])).code, 0);
    assert.equal((await lookalike(['models', 'fetch', 'nothing'])).code, 2);
  });

  it('writes a report of a run that is named by its folder or its id', async () => {
    const out = join(folder, 'out-report');
    await runToResults(experiment, ['--out', out]);
    const html = join(folder, 'a report.html');
    assert.equal((await lookalike(['report', out, '--html', html])).code, 0);
    assert.match(await readFile(html, 'utf8'), /<title>Small/);
    const { run } = await runToResults(experiment);
    const { code, stdout } = await lookalike(['report', run.id], { cwd: folder });
    assert.equal(code, 0);
    assert.ok(existsSync(stdout.trim()));
    assert.equal((await lookalike(['report', 'no-such-run'], { cwd: folder })).code, 2);
  });

  it('keeps what it stores to its user, and purges all of it', async () => {
    const other = await newWorkspace();
    await mkdir(join(other, 'sub'));
    await writeFaces(join(other, 'faces'), 3, 2);
    await runToResults(await writeSmallExperiment(other));
    const home = join(other, '.lookalike');
    assert.equal((await stat(home)).mode & 0o777, 0o700);
    assert.equal(await readFile(join(home, '.gitignore'), 'utf8'), '*\n');
    assert.equal((await lookalike(['purge', '--dry-run'], { cwd: join(other, 'sub') })).code, 0);
    assert.ok(existsSync(home));
    assert.equal((await lookalike(['purge'], { cwd: join(other, 'sub') })).code, 0);
    assert.ok(!existsSync(home));
    await rm(other, { recursive: true });
  });
});
