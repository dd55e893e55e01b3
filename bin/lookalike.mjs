#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bundle = new URL('../dist/cli.cjs', import.meta.url);
if (process.argv.length === 3 && process.argv[2] === '--version') {
  // Whoever asks for nothing else waits for nothing else: not even for what reads arguments.
  process.stdout.on('error', () => process.exit());
  console.log(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);
} else if (existsSync(fileURLToPath(bundle))) {
  try {
    const { start } = await import('./start-program.mjs');
    const { done } = await start(bundle, process.argv[2]);
    await done;
  } catch (error) {
    // Where no more files may be open, those of the program itself cannot be read, nor what would say so otherwise.
    if (error?.code !== 'EMFILE' && error?.code !== 'ENFILE') throw error;
    console.error(`error too-many-files No more files may be open at once: ${error.message}`);
    console.error('  Raise the limit of open files (ulimit -n), or close other programs, and run again.');
    process.exitCode = 1;
  }
} else {
  console.error('Lookalike is not built yet: run `npm start` or `npm run build` first.');
  process.exitCode = 2;
}
