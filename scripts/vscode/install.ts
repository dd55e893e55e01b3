import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../peers/cache-folder.js';

/** Carries VS Code 1.100.3, the last line that runs on Node 20. */
const VERSION = '4.100.3';

/** Compiled for this Node: VS Code's log and watchdog, its terminal, and the password hash code-server loads. */
const NATIVES = ['lib/vscode/node_modules/@vscode/spdlog', 'lib/vscode/node_modules/native-watchdog'];
const TERMINAL = 'lib/vscode/node_modules/node-pty';
const PASSWORDS = 'node_modules/argon2';

const run = promisify(execFile);

/**
 * The folder of VS Code's server and workbench, from the npm package code-server; installed into the user's cache where
 * it is not there yet, in about a minute. It appears whole or not at all.
 *
 * Throws where npm, a compiler or ripgrep (`rg`) is missing.
 */
export async function installCodeServer(note: (text: string) => void = () => undefined): Promise<string> {
  const folder = join(cacheFolder(), `code-server-${VERSION}-node${process.versions.modules}`);
  if (existsSync(folder)) return folder;
  note(`Installing VS Code (code-server ${VERSION}) into ${folder}; this is done once`);
  await mkdir(dirname(folder), { recursive: true });
  const building = await mkdtemp(`${folder}.building-`);
  try {
    await build(building);
    await rename(building, folder).catch((error) => {
      // Somebody else's installation was ready first.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return folder;
}

/** Where an installation's code-server package is. */
export function packageOf(folder: string): string {
  return join(folder, 'node_modules/code-server');
}

async function build(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{"private": true}\n');
  await npmInstall(folder, `code-server@${VERSION}`);
  const root = packageOf(folder);
  await npmInstall(join(root, 'lib/vscode'));
  await npmInstall(join(root, 'lib/vscode/extensions'));
  await linkWhatPostinstallLinks(root);
  for (const name of [...NATIVES, TERMINAL]) await compile(join(root, name));
  const argon2 = firstExisting([join(root, PASSWORDS), join(folder, PASSWORDS)], 'argon2 was not installed');
  await compile(argon2, ['--module_name=argon2', `--module_path=${argon2}/lib/binding/napi-v3`]);
}

/** Without install scripts, whose downloads are of no use here. */
async function npmInstall(folder: string, ...packages: string[]): Promise<void> {
  const flags = ['--omit=dev', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];
  await run(process.execPath, [await npmEntry(), 'install', ...flags, ...packages], { cwd: folder });
}

async function linkWhatPostinstallLinks(root: string): Promise<void> {
  const vscode = join(root, 'lib/vscode');
  const ripgrep = findRipgrep();
  if (!ripgrep) throw new Error('VS Code needs ripgrep: install it (apt-get install ripgrep) and have rg in the PATH');
  await mkdir(join(vscode, 'node_modules/@vscode/ripgrep/bin'), { recursive: true });
  await link(ripgrep, join(vscode, 'node_modules/@vscode/ripgrep/bin/rg'));
  await link('node_modules', join(vscode, 'node_modules.asar'));
  const platform = { darwin: 'darwin', win32: 'windows' }[process.platform as string] ?? 'linux';
  await link(`code-${platform}.sh`, join(vscode, 'bin/remote-cli/code-server'));
  await link(`browser-${platform}.sh`, join(vscode, 'bin/helpers/browser.sh'));
}

async function link(target: string, path: string): Promise<void> {
  await rm(path, { force: true });
  await symlink(target, path);
}

/** VS Code searches with it. */
export function findRipgrep(): string | undefined {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'rg'));
  return places.find((path) => existsSync(path));
}

/** With the node-gyp that npm brings, and the headers beside this Node where they are. */
async function compile(folder: string, flags: readonly string[] = []): Promise<void> {
  const gyp = join(dirname(dirname(await npmEntry())), 'node_modules/node-gyp/bin/node-gyp.js');
  const prefix = dirname(dirname(await realpath(process.execPath)));
  const headers = existsSync(join(prefix, 'include/node/node.h')) ? [`--nodedir=${prefix}`] : [];
  await run(process.execPath, [gyp, 'rebuild', ...headers, ...flags], { cwd: folder, maxBuffer: 2 ** 26 });
}

/** npm's own script, beside this Node. */
export async function npmEntry(): Promise<string> {
  const beside = join(dirname(dirname(await realpath(process.execPath))), 'lib/node_modules/npm/bin/npm-cli.js');
  return firstExisting([process.env.npm_execpath ?? beside, beside], 'npm was not found beside this Node');
}

function firstExisting(paths: readonly string[], otherwise: string): string {
  const found = paths.find((path) => existsSync(path));
  if (!found) throw new Error(otherwise);
  return found;
}
