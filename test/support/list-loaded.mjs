import { appendFileSync } from 'node:fs';
import { Session } from 'node:inspector';

/* Imported before a program: when it ends, the files whose code it has loaded are added to `$LIST_LOADED_TO`, one a line. */

const files = new Set();
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params: { url } }) => {
  if (url.startsWith('file:')) files.add(url);
});
session.post('Debugger.enable');
process.on('exit', () => appendFileSync(process.env.LIST_LOADED_TO, [...files, ''].join('\n')));
