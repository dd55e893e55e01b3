import { prepare, run } from './prepare.mjs';

prepare({ peers: true });
run(process.execPath, ['--import', 'tsx', '--expose-gc', 'test/bench/main.ts', ...process.argv.slice(2)], {
  env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
});
