import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyOnnxRuntime } from './onnx-runtime.js';
import { reachableFiles } from './relative-links.js';
import { isThisMachine, type Target } from './targets.js';

const run = promisify(execFile);

const HNSW = 'hnswlib-node';
const HNSW_ADDON = `node_modules/${HNSW}/build/Release/addon.node`;
const FILES = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  '.vscodeignore',
  'bin',
  'client',
  'dist',
  'experiments',
  'schemas',
];

/**
 * Puts what a package for `target` is made of into `folder`: the built extension, and the packages that it loads at run
 * time in the versions that are installed here, with the binaries of that platform and no other.
 */
export async function stage(root: string, folder: string, target: Target): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of FILES) await cp(join(root, name), join(folder, name), { recursive: true });
  // What the README and the pages behind it show and link to; .vscodeignore lets it in.
  for (const name of reachableFiles(root, 'README.md')) {
    await cp(join(root, name), join(folder, name), { recursive: true });
  }
  const packed = await json(root);
  const withHnsw = isThisMachine(target) && existsSync(join(root, HNSW_ADDON));
  const beside = [...Object.keys(packed.dependencies), ...(withHnsw ? [HNSW] : [])];
  await writeFile(join(folder, 'package.json'), JSON.stringify(await manifest(root, packed, beside), null, 2));
  await install(folder, target);
  // It is compiled where it is installed, so it goes where that was done; elsewhere `hnsw` says that it is absent.
  if (withHnsw) await cp(join(root, HNSW_ADDON), join(folder, HNSW_ADDON));
  await copyOnnxRuntime(root, join(folder, 'dist'), [target]);
}

/**
 * The extension has the publisher's name for the product, which is another's in npm's registry. What it loads at run time
 * is there in the versions that are installed here; .vscodeignore stands for `files`.
 */
async function manifest(root: string, packed: Manifest, beside: readonly string[]) {
  const { devDependencies: _dev, optionalDependencies: _optional, workspaces: _peers, ...published } = packed;
  const { scripts: _scripts, files: _files, ...rest } = published;
  const versions = beside.map(async (name) => [name, (await json(join(root, 'node_modules', name))).version]);
  return { ...rest, name: rest.publisher, dependencies: Object.fromEntries(await Promise.all(versions)) };
}

interface Manifest extends Readonly<Record<string, unknown>> {
  readonly dependencies: Readonly<Record<string, string>>;
}

async function json(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
}

async function install(folder: string, { os, cpu }: Target): Promise<void> {
  const platform = [`--os=${os}`, `--cpu=${cpu}`, ...(os === 'linux' ? ['--libc=glibc'] : [])];
  const quiet = [
    '--ignore-scripts',
    '--no-package-lock',
    '--no-fund',
    '--no-audit',
    '--prefer-offline',
    '--loglevel=error',
  ];
  await run('npm', ['install', ...platform, ...quiet], { cwd: folder, shell: process.platform === 'win32' });
}
