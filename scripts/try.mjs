import { prepare, run } from './prepare.mjs';

prepare();
run(process.execPath, ['--import', 'tsx', 'scripts/vscode/try.ts', ...process.argv.slice(2)]);
