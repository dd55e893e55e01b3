import { isIP } from 'node:net';
import { isLoopback } from '../plugins/inspection/loopback.js';
import type { Problem } from '../protocol/errors.js';
import type { ServeRequest } from '../protocol/searching/serve.js';

/** The name or address in a `Host` header or an origin, without brackets and port; undefined where there is none. */
export function hostOf(text: string | undefined): string | undefined {
  if (!text || !URL.canParse(text)) return undefined;
  return new URL(text).hostname.replace(/^\[|\]$/g, '');
}

/**
 * Whether a request's `Host` is one that the server goes by. A page elsewhere can point a name of its own at this
 * machine (DNS rebinding), but never an address.
 */
export function isOurs(header: string | undefined, host: string): boolean {
  const named = hostOf(`http://${header}`);
  return named !== undefined && (isIP(named) !== 0 || named === 'localhost' || named === host.toLowerCase());
}

/** What stands against serving where other machines can ask, unless the user has said yes. */
export function exposureProblem({ host, allow }: Pick<ServeRequest, 'host' | 'allow'>): Problem | undefined {
  if (isLoopback(host) || allow.includes('remote')) return undefined;
  return {
    code: 'permission-needed',
    message: `At ${host} other machines can search the images and see them, which needs your yes`,
    hint: 'Embeddings of faces are biometric data. Leave --host out, or run it again with --allow remote.',
    remedy: { allow: 'remote' },
  };
}
