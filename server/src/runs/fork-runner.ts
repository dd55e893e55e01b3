import { type ChildProcess, fork } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A process of the runner, which waits for a request. The bundle runs the bundled runner; the sources, under a loader, run the source. */
export function forkRunner(): ChildProcess {
  const here = fileURLToPath(import.meta.url);
  const fromSource = here.endsWith('.ts');
  const entry = fromSource ? `${dirname(dirname(here))}/runner/main.ts` : `${dirname(here)}/runner.js`;
  return fork(entry, [], {
    execArgv: fromSource ? ['--import', 'tsx'] : [],
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}
