import { prepare, run } from './prepare.mjs';

prepare();
run(process.execPath, ['--import', 'tsx', 'scripts/package/main.ts', ...process.argv.slice(2)]);
