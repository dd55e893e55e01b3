import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root; every command runs there. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];
/** The workspace of what only tests and measurements need. */
const PEERS = 'lookalike-peers';

/**
 * Installs what is missing and builds, so that `npm start` and `npm test` may be the first thing ever typed. `peers`: what
 * tests and measurements hold Lookalike against, too, which is nearly as much as all else; what is there stays.
 */
export function prepare({ peers = hasPeers() } = {}) {
  requireNode();
  if (!isInstalled(peers)) run('npm', ['ci', '--no-fund', '--no-audit', ...(peers ? [] : ['--workspaces=false'])]);
  run(process.execPath, ['scripts/build.mjs']);
}

/** Runs a command in the root with this terminal, and ends the process with its code where that is not 0. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32' && command === 'npm',
    ...options,
  });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(signal ? 1 : (status ?? 1));
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`Lookalike needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

/** npm writes its own list of what it installed; one older than the lock file is out of date. */
function isInstalled(peers) {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs)
    return false;
  return !peers || hasPeers();
}

function hasPeers() {
  return existsSync(join(root, 'node_modules', PEERS));
}
