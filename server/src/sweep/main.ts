import { runSweep } from '../processes/run-sweep.js';
import { type SweepEvent, sweepRequestSchema } from '../protocol/runs/sweep-process.js';
import { keepLogShort, keepPrivate, ParentChannel } from '../runner/parent-channel.js';

/*
 * The process of a sweep that an editor started: it begins the variants, each as a run of its own, and outlives the window.
 * Who started it hears what happens as long as it is there; it is cancelled by a file, whoever asks.
 */
keepPrivate();
keepLogShort();
const parent = new ParentChannel<SweepEvent>();
process.once('message', (message) => void sweep(message));

async function sweep(message: unknown): Promise<never> {
  const started = await runSweep({
    ...sweepRequestSchema.parse(message),
    listener: {
      started: () => undefined,
      runs: (variant, { id, folder }) => parent.emit({ type: 'runs', variant, id, folder }),
      event: () => undefined,
      ended: (variant, { folder, problem }) => parent.emit({ type: 'ended', variant, folder, problem }),
    },
  });
  if (started.ok) {
    const { id, goesOn, ended } = started.value;
    parent.emit({ type: 'opened', id, goesOn });
    await ended;
  }
  parent.emit({ type: 'stopped', problem: started.ok ? undefined : started.problem });
  return parent.leave();
}
