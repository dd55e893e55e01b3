import type { Problem } from '../problem.js';

/** What Node, V8, libvips, libjpeg and ONNX Runtime say where memory, or a thread, is not to be had. */
const OF_MEMORY =
  /out of memory|insufficient memory|bad_alloc|bad allocation|failed to allocate|allocation failed|could not allocate|cannot allocate|unable to allocate|malloc.*failed|unable to create thread|resource temporarily unavailable|pthread_create/i;

/** Whether an error says that the machine lacks memory or threads, and so nothing of what was being done. */
export function isShortageOfMemory(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'ENOMEM' || code === 'EAGAIN' || (typeof message === 'string' && OF_MEMORY.test(message));
}

/** `memory-short`, with where it was lacking. */
export function memoryShort(where: string): Problem {
  return {
    code: 'memory-short',
    message: `There is not enough memory, or there are not enough threads: ${where}`,
    hint: 'Close other programs, raise the limits (ulimit -a), or lower --threads; then run again: what was finished is kept.',
  };
}
