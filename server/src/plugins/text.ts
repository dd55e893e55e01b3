import { sep } from 'node:path';

/** Folders in which a file is a device, or what the system says of itself and of processes. */
const SYSTEM = ['/proc', '/sys', '/dev'];

/** Whether a real path leads to what no data set, table or model is: reading it may never end, or tell a secret. */
export function isSystemPath(path: string): boolean {
  return sep === '/' && SYSTEM.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

/**
 * Text as its byte order mark says, or as its zeros do: Windows PowerShell writes UTF-16; else it is UTF-8, of which
 * a mark stays.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
      ? 'utf-16le'
      : (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
        ? 'utf-16be'
        : 'utf-8';
  return new TextDecoder(encoding, { ignoreBOM: encoding === 'utf-8' }).decode(bytes);
}
