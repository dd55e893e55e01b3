import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { relativeLinks } from './relative-links.js';
import { isThisMachine, type Target } from './targets.js';

const run = promisify(execFile);

/** What scripts/build.mjs leaves out of the bundles. */
const NATIVES = ['onnxruntime-node', 'onnxruntime-common', 'sharp', '@vladmandic/face-api'];
const HNSW = 'hnswlib-node';
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
const LIBRARIES = 'node_modules/onnxruntime-node/bin/napi-v6';

/**
 * Puts what a package for `target` is made of into `folder`: the built extension, and the packages that it loads at run
 * time in the versions that are installed here, with the binaries of that platform and no other.
 */
export async function stage(root: string, folder: string, target: Target): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of FILES) await cp(join(root, name), join(folder, name), { recursive: true });
  // What the README shows and links to; .vscodeignore lets it in.
  for (const name of relativeLinks(await readFile(join(root, 'README.md'), 'utf8'))) {
    await cp(join(root, name), join(folder, name));
  }
  const natives = await nativesFor(root, target);
  await writeFile(join(folder, 'package.json'), JSON.stringify(await manifest(root, natives), null, 2));
  await install(folder, target);
  if (natives.includes(HNSW)) await copyHnsw(root, folder);
  await keepOneLibrary(join(folder, LIBRARIES), target);
}

/** hnswlib-node is compiled where it is installed, so it goes where that was done; elsewhere `hnsw` says it is absent. */
async function nativesFor(root: string, target: Target): Promise<string[]> {
  const compiled = existsSync(join(root, 'node_modules', HNSW, 'build/Release/addon.node'));
  return compiled && isThisMachine(target) ? [...NATIVES, HNSW] : NATIVES;
}

async function manifest(root: string, natives: readonly string[]) {
  const { devDependencies: _dev, optionalDependencies: _optional, scripts: _scripts, ...rest } = await json(root);
  const versions = natives.map(async (name) => [name, (await json(join(root, 'node_modules', name))).version]);
  return { ...rest, dependencies: Object.fromEntries(await Promise.all(versions)) };
}

async function json(folder: string): Promise<Record<string, unknown>> {
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

async function copyHnsw(root: string, folder: string): Promise<void> {
  const addon = join('node_modules', HNSW, 'build/Release/addon.node');
  await cp(join(root, addon), join(folder, addon));
}

/** One npm package holds every platform's. */
async function keepOneLibrary(folder: string, { os, cpu }: Target): Promise<void> {
  for (const system of await readdir(folder)) {
    for (const architecture of await readdir(join(folder, system))) {
      if (system !== os || architecture !== cpu) await rm(join(folder, system, architecture), { recursive: true });
    }
  }
}
