import { isIP } from 'node:net';

/** Whether a name or an address is this machine's own, which no other can speak to. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
