import { prepare, run } from './prepare.mjs';

prepare();
run(process.execPath, [
  'bin/lookalike.mjs',
  'run',
  'experiments/quickstart.experiment.yaml',
  '--html',
  ...process.argv.slice(2),
]);
