import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';

const CHECKSUM_BYTES = 32;
/** Of commands that are waited for it is kept what V8 compiled. */
const KEPT = ['check', 'fmt', 'plan', 'run', 'runs'];

/**
 * Runs the command line, which is one file, with what an earlier start of the command compiled of it: compiling takes longer
 * than all else that starts. Gives its promise of being done.
 */
export function start(bundle, command) {
  const { size, mtimeMs } = statSync(bundle);
  // V8 refuses what other flags made, and knows of a source its length alone.
  const name = `${command}-${process.version}-${process.arch}-${size}-${Math.floor(mtimeMs)}`;
  const file = KEPT.includes(command) && join(dirname(bundle), 'compiled', name);
  const cachedData = file && kept(file);
  const script = new Script(
    `(function(exports,require,module,__filename,__dirname){${readFileSync(bundle, 'latin1')}\n})`,
    {
      ...{ filename: bundle, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER },
      ...(cachedData && { cachedData }),
    },
  );
  const program = { exports: {} };
  script.runInThisContext()(program.exports, createRequire(bundle), program, bundle, dirname(bundle));
  const isNew = !cachedData || script.cachedDataRejected;
  if (file && isNew) process.on('exit', () => keep(file, script.createCachedData()));
  return program.exports.done;
}

/** V8 does not look whether what it is given is whole, and crashes on what is not. */
function checksum(compiled) {
  return createHash('sha256').update(compiled).digest();
}

function kept(file) {
  if (!existsSync(file)) return undefined;
  const whole = readFileSync(file);
  const compiled = whole.subarray(CHECKSUM_BYTES);
  return whole.subarray(0, CHECKSUM_BYTES).equals(checksum(compiled)) ? compiled : undefined;
}

/** Beside the program, where only who could change that may write: for another user nothing is kept. */
function keep(file, compiled) {
  const own = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(own, Buffer.concat([checksum(compiled), compiled]));
    renameSync(own, file);
  } catch {
    // It is compiled again at the next start.
  }
}
