import { type ChildProcess, fork } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A process that may load natives and waits for a request: of the runner, or one that serves, or one that searches. The bundle runs what is
 * bundled; the sources, under a loader, run the source.
 */
export function forkRunner(part: 'runner' | 'serve' | 'search' = 'runner'): ChildProcess {
  const here = fileURLToPath(import.meta.url);
  const fromSource = here.endsWith('.ts');
  const entry = fromSource ? `${dirname(dirname(here))}/${part}/main.ts` : `${dirname(here)}/${part}.js`;
  return fork(entry, [], {
    execArgv: fromSource ? ['--import', 'tsx'] : [],
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}
