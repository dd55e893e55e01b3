import { runTests } from './mocha.mjs';
import { prepare, run } from './prepare.mjs';

/* npm test [-- FILE… | --grep WORDS]: builds, lints, checks types, and runs every test or those that are named. */
prepare({ peers: true });
run('npm', ['run', '--silent', 'lint']);
run('npm', ['run', '--silent', 'typecheck']);
const full = process.argv.includes('--full');
const args = process.argv.slice(2).filter((arg) => arg !== '--full');
process.exitCode = await runTests(args, { ...process.env, ...(full && { LOOKALIKE_TEST_FULL: '1' }) });
