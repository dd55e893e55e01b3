import { prepare, run } from './prepare.mjs';

prepare();
run('npm', ['run', '--silent', 'lint']);
run('npm', ['run', '--silent', 'typecheck']);
run(process.execPath, ['node_modules/mocha/bin/mocha.js', ...process.argv.slice(2)]);
