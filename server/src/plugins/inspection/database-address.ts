import type { ClientConfig } from 'pg';
import { type ConnectionOptions, parse, toClientConfig } from 'pg-connection-string';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { isLoopback } from './loopback.js';

/** A PostgreSQL database, as a client takes it and as people may see it. */
export interface DatabaseAddress {
  /** With the password: it goes to the client and nowhere else. */
  readonly config: ClientConfig;
  /** Without it. */
  readonly shown: string;
  /** Whether it is on this machine, by a loopback address or a socket file. */
  readonly local: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\$\{env:([^{}]+)\}/g;
/** Stands for a variable where it only matters that something does. */
const SOMETHING = 'variable';

/**
 * Reads an address as a file writes it, with `${env:NAME}` for what is not to be in the file: raw where the address
 * begins with it, percent-encoded elsewhere. A file is kept with each of its runs, so that a password in it is refused.
 * Problem: `database-address`.
 */
export function readDatabaseAddress(written: string, env: Environment): Result<DatabaseAddress> {
  const bare = parsed(written.replace(VARIABLE, SOMETHING));
  const password = bare?.password;
  if (typeof password === 'string' && password !== '' && !password.includes(SOMETHING)) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a file writes it
    const hint = 'Write ${env:NAME} in its place and set that variable, or use a password file (~/.pgpass).';
    return fail('database-address', 'The address holds a password, which would be kept with every run', { hint });
  }
  const unset = [...written.matchAll(VARIABLE)].map((match) => match[1]!).find((name) => !env[name]);
  if (unset) {
    const hint = 'Set it where the editor or the command is started.';
    return fail('database-address', `The environment variable ${unset} is not set`, { hint });
  }
  const expanded = written.replace(VARIABLE, (_, name: string, at: number) =>
    at === 0 ? env[name]! : encodeURIComponent(env[name]!),
  );
  const options = parsed(expanded);
  if (!options) {
    const hint = 'Write postgresql://user@host:5432/database.';
    return fail('database-address', 'This is no address of a PostgreSQL database', { hint });
  }
  const host = options.host || env.PGHOST || 'localhost';
  const port = Number(options.port || env.PGPORT || 5432);
  const user = options.user || env.PGUSER;
  const place = host.startsWith('/') ? `${host}:${port}` : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return ok({
    config: toClientConfig({ ...options, host, port: String(port) }),
    shown: `postgresql://${user ? `${user}@` : ''}${place}/${options.database ?? ''}`,
    local: host.startsWith('/') || isLoopback(host),
  });
}

function parsed(address: string): ConnectionOptions | undefined {
  if (!/^postgres(ql)?:\/\//.test(address)) return undefined;
  try {
    return parse(address);
  } catch {
    return undefined;
  }
}
