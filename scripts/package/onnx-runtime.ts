import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Target } from './targets.js';

const LIBRARIES = 'bin/napi-v6';
const isCode = (file: string) => !file.includes('.') || file.endsWith('.js') || file.endsWith('package.json');

/**
 * Puts ONNX Runtime into `dist/node_modules`, where the bundles beside it find it: its code, and its libraries for these
 * platforms. As a dependency its install script would fetch CUDA's libraries from another host than the registry, and
 * where that is closed nothing would be installed; npm asks no package for leave but its own, so the script stays behind.
 */
export async function copyOnnxRuntime(root: string, dist: string, targets: readonly Target[]): Promise<void> {
  const [from, to] = [join(root, 'node_modules'), join(dist, 'node_modules')];
  await copyPackage(from, to, 'onnxruntime-common', 'dist/cjs');
  await copyPackage(from, to, 'onnxruntime-node', 'dist');
  for (const { os, cpu } of targets) {
    const libraries = join('onnxruntime-node', LIBRARIES, os, cpu);
    await cp(join(from, libraries), join(to, libraries), { recursive: true });
  }
}

async function copyPackage(from: string, to: string, name: string, code: string): Promise<void> {
  await mkdir(join(to, name), { recursive: true });
  const { version, license, main } = JSON.parse(await readFile(join(from, name, 'package.json'), 'utf8'));
  await writeFile(join(to, name, 'package.json'), JSON.stringify({ name, version, license, main }, null, 2));
  const filter = (file: string) => isCode(file.slice(join(from, name).length));
  await cp(join(from, name, code), join(to, name, code), { recursive: true, filter });
}
