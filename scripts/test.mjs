import { prepare, run } from './prepare.mjs';

prepare();
run('npm', ['run', '--silent', 'lint']);
run('npm', ['run', '--silent', 'typecheck']);
const full = process.argv.includes('--full');
const args = process.argv.slice(2).filter((arg) => arg !== '--full');
run(process.execPath, ['node_modules/mocha/bin/mocha.js', ...args], {
  env: { ...process.env, ...(full && { LOOKALIKE_TEST_FULL: '1' }) },
});
