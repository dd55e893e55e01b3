import type { Problem } from '../problem.js';

/** What Node, V8, libvips, libjpeg and ONNX Runtime say where memory, or a thread, is not to be had. */
const OF_MEMORY =
  /out of memory|insufficient memory|bad_alloc|bad allocation|failed to allocate|allocation failed|could not allocate|cannot allocate|unable to allocate|malloc.*failed|unable to create thread|resource temporarily unavailable|pthread_create|uv_thread_create/i;

/** Whether an error says that the machine lacks memory or threads, and so nothing of what was being done. */
export function isShortageOfMemory(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'ENOMEM' || code === 'EAGAIN' || (typeof message === 'string' && OF_MEMORY.test(message));
}

/** The shortage that the words of something that ended by it tell of, or undefined where they tell of none. */
export function shortageIn(words: string): Problem | undefined {
  if (/\bE[MN]FILE\b|too many open files/i.test(words)) return tooManyFiles(words);
  return OF_MEMORY.test(words) || /\b(ENOMEM|EAGAIN)\b/.test(words) ? memoryShort(words) : undefined;
}

/** `too-many-files`, with where one more was to be opened. */
export function tooManyFiles(where: string): Problem {
  return {
    code: 'too-many-files',
    message: `No more files may be open at once: ${where}`,
    hint: 'Raise the limit of open files (ulimit -n), or close other programs, and run again.',
  };
}

/** `memory-short`, with where it was lacking. */
export function memoryShort(where: string): Problem {
  return {
    code: 'memory-short',
    // ONNX Runtime says first in which function of its own.
    message: `There is not enough memory, or there are not enough threads: ${where.trim().replace(/^\/onnxruntime_src.*?(?=pthread_create)/s, 'ONNX Runtime: ')}`,
    hint: 'Close other programs, raise the limits (ulimit -a), or lower --threads; then run again: what was finished is kept.',
  };
}
