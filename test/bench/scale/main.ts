import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { note } from '../measure.js';
import { machine } from '../write-benchmarks.js';
import { scalePage } from './page.js';
import { measureRates } from './rates.js';

/* npm run scale: measures what this machine does in a second, and writes docs/scale.md. */

const PAGE = fileURLToPath(new URL('../../../docs/scale.md', import.meta.url));

const rates = await measureRates();
await writeFile(PAGE, scalePage(rates, { machine: machine(), date: new Date().toISOString().slice(0, 10) }));
note(PAGE);
// Native libraries keep threads alive, so the process would not end by itself.
process.exit(0);
