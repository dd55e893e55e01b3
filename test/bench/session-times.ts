import { InferenceSession } from 'onnxruntime-node';

/**
 * Measures every session that is opened after it: the milliseconds in all for which each blocked this thread, under the name
 * of what it gives first.
 */
export function timeSessions(): Record<string, number> {
  const times: Record<string, number> = {};
  const create = InferenceSession.create.bind(InferenceSession) as (...given: unknown[]) => Promise<InferenceSession>;
  const timed = async (...given: unknown[]) => {
    const session = await create(...given);
    const [name] = session.outputNames;
    const run = session.run.bind(session) as (...given: unknown[]) => ReturnType<InferenceSession['run']>;
    times[name] ??= 0;
    return Object.assign(session, {
      async run(...feeds: unknown[]) {
        let began = 0;
        // A session begins to block in the next turn of the event loop, right behind this.
        setImmediate(() => {
          began = performance.now();
        });
        const results = await run(...feeds);
        times[name] += performance.now() - began;
        return results;
      },
    });
  };
  Object.assign(InferenceSession, { create: timed });
  return times;
}

/** Processor time of this process and its threads so far, in milliseconds. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
