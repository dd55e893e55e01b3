import { prepare, run } from './prepare.mjs';

/* What `npm pack` and `npm publish` do first: build, and add ONNX Runtime for every platform that there is a package for. */
prepare();
run(process.execPath, ['--import', 'tsx', 'scripts/package/npm.ts']);
