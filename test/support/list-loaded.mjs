import { appendFileSync } from 'node:fs';
import { Session } from 'node:inspector';

/*
 * Imported before a program: when it ends, the files whose code it has loaded are added to `$LIST_LOADED_TO`, one a line,
 * and of a file that is built of many the modules that were evaluated, `server/src/cli/check.ts`: esbuild makes each a
 * function of that name, which is called when the module is first asked for.
 */

const files = new Set();
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params: { url } }) => {
  if (url.startsWith('file:')) files.add(url);
});
session.post('Debugger.enable');
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
process.on('exit', () => {
  session.post('Profiler.takePreciseCoverage', (error, coverage) => {
    if (error) throw error;
    const functions = coverage.result.flatMap((script) => script.functions);
    const ran = functions.filter(({ ranges: [all] }) => all.count > 0).map(({ functionName }) => functionName);
    const modules = new Set(ran.filter((name) => /^(?:server\/src|node_modules)\//.test(name)));
    appendFileSync(process.env.LIST_LOADED_TO, [...files, ...modules, ''].join('\n'));
  });
});
