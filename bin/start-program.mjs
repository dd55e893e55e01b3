import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const CHECKSUM_BYTES = 32;
/** Of what is waited for it is kept what V8 compiled. */
const KEPT = ['check', 'fmt', 'plan', 'run', 'runs', 'server'];
const KEPT_AFTER_MS = 5000;

/**
 * Runs a program, which is one file, with what an earlier start of it for the same purpose compiled: compiling takes longer
 * than all else that starts. Gives what it exports.
 */
export function start(url, purpose) {
  const bundle = fileURLToPath(url);
  const { size, mtimeMs } = statSync(bundle);
  // V8 refuses what other flags made, and knows of a source its length alone.
  const name = `${purpose}-${process.version}-${process.arch}-${size}-${Math.floor(mtimeMs)}`;
  const file = KEPT.includes(purpose) && join(dirname(bundle), 'compiled', name);
  const cachedData = file && kept(file);
  const script = new Script(readFileSync(bundle, 'latin1'), {
    filename: url.href,
    ...(cachedData && { cachedData }),
  });
  const load = async (specifier) => (await import(new URL('import.js', url).href)).load(specifier);
  const program = { exports: {} };
  script.runInThisContext()(program.exports, createRequire(url), program, url.href, load);
  if (file && (!cachedData || script.cachedDataRejected)) keepOnce(file, script);
  return program.exports;
}

/** At the end, or when much of what is needed was called: an editor may kill its server. */
function keepOnce(file, script) {
  const work = () => {
    process.off('exit', work);
    clearTimeout(timer);
    keep(file, script.createCachedData());
  };
  const timer = setTimeout(work, KEPT_AFTER_MS).unref();
  process.on('exit', work);
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
    // It is compiled again at the next start; of a full disk nothing is left behind.
    rmSync(own, { force: true });
  }
}
