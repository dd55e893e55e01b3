import { execFileSync } from 'node:child_process';

/** The system's Python, where Debian's packages are. */
const PYTHON = '/usr/bin/python3';

/** Whether Python is there with a module: peers are compared with where they are installed. */
export function pythonHas(module: string): boolean {
  try {
    execFileSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a script and gives its standard output. */
export function runPython(script: string, ...args: string[]): Buffer {
  return execFileSync(PYTHON, [script, ...args], { maxBuffer: 2 ** 30 });
}
