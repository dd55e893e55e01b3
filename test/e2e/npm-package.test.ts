import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reachableFiles } from '../../scripts/package/relative-links.js';
import { resultsSchema } from '../../server/src/protocol/results.js';
import { describeEditors } from '../support/editors/describe-editors.js';
import { LanguageClient } from '../support/language-client.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ON_WINDOWS = process.platform === 'win32';

/** Runs a command as a user's terminal would: of npm's own settings for these tests, none reaches it. */
function terminal(command: string, args: readonly string[], cwd: string) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', shell: ON_WINDOWS });
  return { status, stdout, stderr };
}

describe('the package for npm, installed in an empty folder', () => {
  let folder: string;
  let installed: string;
  let elsewhere: string;
  const lookalike = (...args: string[]) => terminal(join(folder, 'empty/node_modules/.bin/lookalike'), args, elsewhere);

  before(async function () {
    this.timeout(600_000);
    folder = await realpath(await mkdtemp(join(tmpdir(), 'lookalike-npm-')));
    elsewhere = join(folder, 'elsewhere');
    installed = join(folder, 'empty/node_modules/lookalike-lab');
    for (const name of ['empty', 'elsewhere/.git']) await mkdir(join(folder, name), { recursive: true });
    await cp(join(ROOT, 'experiments/quickstart.experiment.yaml'), join(elsewhere, 'quickstart.experiment.yaml'));
    const packed = terminal('npm', ['pack', '--pack-destination', folder], ROOT);
    assert.equal(packed.status, 0, packed.stderr);
    const [tarball, ...others] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    assert.deepEqual(others, []);
    assert.match(tarball, /^lookalike-lab-\d+\.\d+\.\d+\.tgz$/);
    const done = terminal('npm', ['install', join(folder, tarball)], join(folder, 'empty'));
    assert.equal(done.status, 0, done.stderr);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('asks for no script of another package but the one that compiles the optional index', async () => {
    const lock = JSON.parse(await readFile(join(folder, 'empty/node_modules/.package-lock.json'), 'utf8'));
    const packages = Object.entries<{ hasInstallScript?: boolean }>(lock.packages);
    const withScript = packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name);
    const own = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    assert.deepEqual(
      withScript.filter((name) => name !== 'node_modules/hnswlib-node'),
      [],
    );
    for (const event of ['preinstall', 'install', 'postinstall']) assert.equal(own.scripts[event], undefined);
  });

  it('has what its README and the pages behind it show and link to, the notices, and neither sources nor tests', async () => {
    const links = reachableFiles(installed, 'README.md');
    assert.ok(links.length > 5);
    const needed = [...links, 'LICENSE', 'CHANGELOG.md', 'dist/THIRD-PARTY-NOTICES.txt'];
    assert.deepEqual(
      needed.filter((name) => !existsSync(join(installed, name))),
      [],
    );
    for (const name of ['test', 'server/src/cli.ts', 'client', 'node_modules']) {
      assert.ok(!existsSync(join(installed, name)), name);
    }
  });

  it('is the command `lookalike`, from any folder', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    assert.deepEqual(lookalike('--version'), { status: 0, stdout: `${version}\n`, stderr: '' });
    const byName = terminal('npx', ['--no-install', 'lookalike-lab', '--version'], join(folder, 'empty'));
    assert.equal(byName.stdout, `${version}\n`, byName.stderr);
  });

  describeEditors(() => join(folder, 'empty/node_modules/.bin/lookalike'));

  it('runs the quick start, and reports on it', async function () {
    this.timeout(240_000);
    const ran = lookalike('run', 'quickstart.experiment.yaml', '--json', '--html');
    assert.equal(ran.status, 0, ran.stderr);
    const results = resultsSchema.parse(JSON.parse(ran.stdout));
    assert.equal(results.run.status, 'done');
    assert.equal(results.images.total, 240);
    const [{ top }] = results.accuracy!;
    assert.ok(top[1].rate! > 0.7, String(top[1].rate));
    assert.ok((await readdir(join(elsewhere, '.lookalike/runs', results.run.id))).includes('report.html'));
  });

  it('is a language server, whose links lead to documents that it brings', async () => {
    const client = await LanguageClient.start({
      folders: [elsewhere],
      entry: join(installed, 'bin/lookalike.mjs'),
      capabilities: { textDocument: { publishDiagnostics: { codeDescriptionSupport: true } } },
    });
    try {
      assert.ok(client.initialized.capabilities.completionProvider);
      const said = new Promise<string | undefined>((resolve) => {
        client.connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }) => {
          if (diagnostics.length > 0) resolve(diagnostics[0].codeDescription?.href);
        });
      });
      await client.open(join(elsewhere, 'x.experiment.yaml'), 'name: x\ndataset: synthetc\n');
      const file = fileURLToPath((await said) ?? '');
      assert.equal(file, join(installed, 'docs/diagnostics.md'));
      assert.ok(existsSync(file));
    } finally {
      await client.stop();
    }
  });

  it('refuses to compute with weights that were changed, and names the file', async () => {
    const file = join(installed, 'dist/weights/face_recognition_model.bin');
    await appendFile(file, 'x');
    const { status, stderr } = lookalike('run', 'quickstart.experiment.yaml', '--no-cache');
    assert.equal(status, 1);
    assert.match(stderr, /weights-changed/);
    assert.ok(stderr.replaceAll(/\s+/g, '').includes(file), stderr);
  });
});
