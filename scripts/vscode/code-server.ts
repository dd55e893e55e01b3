import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageOf } from './install.js';

const START_TIMEOUT_MS = 60_000;
const BETWEEN_LOOKS_MS = 50;

export interface VsCodeOptions {
  /** Of `installCodeServer`. */
  readonly installation: string;
  /** `settings.json` of the user. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** `settings.json` of the machine, which alone may say what is of its scope: the plugins that are loaded, say. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** A package to install first. */
  readonly vsix?: string;
  /** Ask whether a folder is trusted, as a desktop does; else every folder is. */
  readonly workspaceTrust?: boolean;
  readonly port?: number;
  /** For the extension host, beside this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A VS Code that a browser can open, in folders of its own: it knows and keeps nothing of the user. */
export interface VsCodeServer {
  readonly port: number;
  /** Everything that it writes; gone when it stops. */
  readonly folder: string;
  /** The address that opens a folder. */
  urlOf(workspace: string): string;
  /** Ends it and every process that it started, and removes its folder. */
  stop(): Promise<void>;
}

/** Starts VS Code on a port of this machine alone. Throws where it does not answer within a minute. */
export async function startVsCode(options: VsCodeOptions): Promise<VsCodeServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-vscode-'));
  try {
    return await startIn(folder, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, options: VsCodeOptions): Promise<VsCodeServer> {
  await prepare(folder, options);
  const port = options.port ?? (await freePort());
  if (options.vsix) await install(folder, options);
  const child = spawnServer(folder, options, ['--bind-addr', `127.0.0.1:${port}`, ...flagsOf(options)]);
  // However this process ends, the other does not outlive it.
  const end = () => endGroup(child.pid as number);
  process.once('exit', end);
  const stop = () => {
    process.off('exit', end);
    return stopServer(child, folder);
  };
  await untilItAnswers(port, child).catch(async (error) => {
    await stop();
    throw error;
  });
  const urlOf = (workspace: string) => `http://127.0.0.1:${port}/?folder=${pathToFileURL(workspace).pathname}`;
  return { port, folder, urlOf, stop };
}

async function prepare(folder: string, { settings = {}, machineSettings = {} }: VsCodeOptions): Promise<void> {
  for (const name of ['user/User', 'user/Machine', 'extensions', 'tmp', 'config', 'data', 'cache', 'runtime']) {
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  }
  await writeFile(join(folder, 'config.yaml'), 'auth: none\n');
  await writeFile(join(folder, 'user/User/settings.json'), JSON.stringify({ ...QUIET, ...settings }));
  await writeFile(join(folder, 'user/Machine/settings.json'), JSON.stringify(machineSettings));
}

/** No page but the workspace, nothing remote. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

function flagsOf({ workspaceTrust }: VsCodeOptions): string[] {
  return [
    ...['--auth', 'none', '--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened'],
    ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
  ];
}

/** Detached, so that it leads a process group, which can be ended as a whole. */
function spawnServer(folder: string, options: VsCodeOptions, flags: readonly string[]): ChildProcess {
  const entry = join(packageOf(options.installation), 'out/node/entry.js');
  const own = ['--config', join(folder, 'config.yaml'), '--user-data-dir', join(folder, 'user')];
  const quiet = ['--extensions-dir', join(folder, 'extensions'), '--disable-telemetry', '--disable-update-check'];
  const child = spawn(process.execPath, [entry, ...own, ...quiet, ...flags], {
    detached: true,
    env: environmentOf(folder, options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(join(folder, 'code-server.log'), { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) stream?.pipe(log, { end: false });
  return child;
}

/** Without what a VS Code that this one was started from would have left in it. */
function environmentOf(folder: string, { env }: VsCodeOptions): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    TMPDIR: join(folder, 'tmp'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_RUNTIME_DIR: join(folder, 'runtime'),
    EXTENSIONS_GALLERY: '{}',
    ...env,
  };
}

async function install(folder: string, options: VsCodeOptions): Promise<void> {
  const child = spawnServer(folder, options, ['--install-extension', options.vsix as string, '--force']);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`VS Code did not install ${options.vsix}: it ended with code ${code}`);
}

async function untilItAnswers(port: number, child: ChildProcess): Promise<void> {
  const latest = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < latest && child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
  }
  throw new Error(`VS Code did not answer on port ${port}; it ended with code ${child.exitCode}`);
}

async function stopServer(child: ChildProcess, folder: string): Promise<void> {
  const closed = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  endGroup(child.pid as number);
  await closed;
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
