import { spawn } from 'node:child_process';
import { prepare, root } from './prepare.mjs';

/* npm run watch [-- FILE…]: builds again whenever a source changes, and runs these test files again when what they use does. */
const files = process.argv.slice(2);
prepare({ peers: true });
start(['scripts/build.mjs', '--watch']);
// Not mocha's own watching, which cannot load an ES module a second time.
const imports = ['tsx', './test/support/no-telemetry.mjs'].flatMap((module) => ['--import', module]);
if (files.length > 0) start(['--watch', ...imports, 'node_modules/mocha/bin/_mocha', ...files]);

function start(args) {
  // The other ends with this process's terminal, or where it is ended alone, with it.
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  process.once('exit', () => child.kill());
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
