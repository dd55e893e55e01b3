import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** What a thread runs: its source, and its name where the product is built. */
const THREADS = { strips: 'search/pairs/strip-thread', queries: 'search/bytes/query-thread' } as const;

/** From its source a thread needs what reads TypeScript, as its process did. */
const FROM_SOURCE = `
const { workerData } = require('node:worker_threads');
import('tsx/esm/api').then(({ register }) => {
  register();
  return import(workerData.source);
});`;

/** Each holds some 50 MB. */
export const MOST_THREADS = 16;

/** Starts a thread of this process, of native work that blocks whoever asks for it. */
export function startThread(name: keyof typeof THREADS, workerData: object): Worker {
  const here = fileURLToPath(import.meta.url);
  if (!here.endsWith('.ts')) return new Worker(`${dirname(here)}/${name}.js`, { workerData, execArgv: [] });
  const source = `${dirname(here)}/${THREADS[name]}.ts`;
  return new Worker(FROM_SOURCE, { eval: true, workerData: { ...workerData, source }, execArgv: [] });
}
