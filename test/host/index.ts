import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { suites } from './suites.js';

/**
 * Runs inside the extension host: of a desktop's VS Code by `npm run test:desktop`, and of the one in a browser by
 * `test/editor/host.test.ts`. The host's output is seen by nobody, so the report goes to `$LOOKALIKE_HOST_REPORT`.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', reporter: 'json', timeout: 120_000, forbidOnly: true });
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  for (const declare of suites) declare();
  const lines: string[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => lines.push(`pass ${test.fullTitle()}`));
    runner.on('fail', (test, error) => lines.push(`fail ${test.fullTitle()}: ${error.stack ?? error}`));
  });
  const report = process.env.LOOKALIKE_HOST_REPORT;
  if (report) writeFileSync(report, `${lines.join('\n')}\n`);
  if (failures > 0) throw new Error(`${failures} of ${lines.length} failed:\n${lines.join('\n')}`);
}
