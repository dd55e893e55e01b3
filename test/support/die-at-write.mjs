/*
 * Loaded into a process before anything else (`--import`): the runner's or, with $LOOKALIKE_TEST_PROGRAM=cli, the command
 * line's. Counts what the process does to files and writes each down in $LOOKALIKE_TEST_WRITES; at number
 * $LOOKALIKE_TEST_DIE_AT it kills the process: of a write half of the bytes are on the disk by then, of a rename nothing
 * has happened.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const log = process.env.LOOKALIKE_TEST_WRITES;
const dieAt = Number(process.env.LOOKALIKE_TEST_DIE_AT ?? Number.POSITIVE_INFINITY);
let count = 0;

const program = process.env.LOOKALIKE_TEST_PROGRAM === 'cli' ? /lookalike\.mjs$/ : /runner\.js$/;

if (log && program.test(process.argv[1] ?? '')) watchWrites();

function watchWrites() {
  const { open, writeFile, appendFile, rename } = fs.promises;
  fs.promises.writeFile = watched(writeFile, (file, data, ...rest) => writeFile(file, half(data), ...rest));
  fs.promises.appendFile = watched(appendFile, (file, data, ...rest) => appendFile(file, half(data), ...rest));
  fs.promises.rename = watched(rename, async () => undefined);
  fs.promises.open = async (file, ...rest) => {
    const handle = await open(file, ...rest);
    const whole = handle.writeFile.bind(handle);
    handle.writeFile = (data) =>
      watched(
        () => whole(data),
        () => whole(half(data)),
      )(file);
    return handle;
  };
  syncBuiltinESMExports();
}

function watched(whole, broken) {
  return async (file, ...rest) => {
    count++;
    fs.appendFileSync(log, `${file}\n`);
    if (count < dieAt) return whole(file, ...rest);
    await broken(file, ...rest);
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  };
}

function half(data) {
  return data.slice(0, Math.floor(data.length / 2));
}
