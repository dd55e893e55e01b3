import { withSuites } from './mocha.mjs';
import { prepare, run } from './prepare.mjs';

/*
 * npm run coverage [-- FILE…]: which lines every test, or those that are named, run, in this process and in those that
 * they start. The page is coverage/index.html.
 */
prepare({ peers: true });
run(process.execPath, [
  'node_modules/c8/bin/c8.js',
  ...['node_modules/mocha/bin/mocha.js', ...withSuites(process.argv.slice(2))],
]);
