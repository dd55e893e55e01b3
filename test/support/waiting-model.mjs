/*
 * A model of a third party's, for `--plugin`, that takes its time with every photograph until there is a file: what a
 * test does to a run while it computes comes neither too early nor too late, on a machine of any speed.
 */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';

const LOOK_EVERY_MS = 10;
/** For each photograph, so that a run that is asked to stop hears of it within its grace: 200 of them take a minute. */
const WAIT_MS = 300;
const DIMENSION = 8;

export default {
  family: 'model',
  name: 'test/waiting',
  version: 1,
  title: 'The first bytes of a photograph’s file',
  docs: '',
  params: z.object({ until: z.string() }),
  example: '{use: test/waiting, until: /tmp/go}',
  load: async ({ until }) => ({
    ok: true,
    value: {
      dimension: DIMENSION,
      batchSize: 1,
      prepare: async (bytes) => ({ ok: true, value: Float32Array.from(bytes.slice(-32, -32 + DIMENSION)) }),
      async embed(batch) {
        for (let left = WAIT_MS; left > 0 && !existsSync(until); left -= LOOK_EVERY_MS) await delay(LOOK_EVERY_MS);
        return batch;
      },
      close: async () => undefined,
    },
  }),
};
