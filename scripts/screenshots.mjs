import { prepare, run } from './prepare.mjs';

prepare();
run(process.execPath, ['--import', 'tsx', 'test/screenshots/main.ts', ...process.argv.slice(2)]);
