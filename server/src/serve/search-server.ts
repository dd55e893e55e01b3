import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '../plugins/inspection/loopback.js';
import { fail, ok, type Problem, type Result } from '../protocol/errors.js';
import { problemOf } from '../runner/halt.js';
import { hostOf, isOurs } from './addresses.js';
import { parseJson, readBody } from './read-json.js';
import { busy, Turns } from './turns.js';

type Method = 'GET' | 'POST';
/** `body` is undefined for GET; after `leave` the next POST is worked on, too. */
type Work = (body: unknown, leave: () => void) => Promise<Result<unknown>>;
/** What answers a request, by path and method. */
export type Routes = Readonly<Record<string, Partial<Readonly<Record<Method, Work>>>>>;

/** An answer that is no JSON. */
export class PlainText {
  constructor(readonly content: { readonly text: string; readonly type: string }) {}
}

/** Requests that are under way when the server closes have this long to be answered. */
const CLOSING_MS = 2000;
/** A request must have come whole by then, however busy the machine is that reads it: what is held of all has a limit. */
const RECEIVING_MS = 120_000;
/** A connection on which nothing moves for so long is closed: an answer that nobody reads is not kept. */
const IDLE_MS = 60_000;
/** Bytes of bodies that are not answered yet, and of answers that are not sent yet. */
const MOST_HELD = 64 * 2 ** 20;
/** Every other problem is the request's: 400. */
const STATUS: Readonly<Record<string, number>> = {
  'host-refused': 403,
  'origin-refused': 403,
  'path-unknown': 404,
  'index-unknown': 404,
  'method-unknown': 405,
  'body-too-large': 413,
  'not-ready': 503,
  'server-busy': 503,
};

/**
 * An HTTP server of JSON, mostly. Until it is opened it answers that it is not ready. What is asked by POST is worked on
 * one after the other, as far as it does not leave its turn, and what is held of it meanwhile has a limit: above that it answers `server-busy`.
 */
export class SearchServer {
  private routes: Routes | undefined;
  private held = 0;
  private readonly turns = new Turns();

  private constructor(
    private readonly server: Server,
    private readonly host: string,
  ) {
    server.on('request', (request, response) => void this.answer(request, response));
  }

  /** Fails with `port-taken` or `address-unusable`. */
  static async listen({ host, port }: { host: string; port: number }): Promise<Result<SearchServer>> {
    const server = createServer({ requestTimeout: RECEIVING_MS });
    server.setTimeout(IDLE_MS);
    try {
      server.listen({ host, port });
      await once(server, 'listening');
      return ok(new SearchServer(server, host));
    } catch (error) {
      return cannotListen(host, port, error as NodeJS.ErrnoException);
    }
  }

  get address(): string {
    const { address, family, port } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  open(routes: Routes): void {
    this.routes = routes;
  }

  /** Takes no more requests and lets those under way be answered. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeIdleConnections();
    const late = setTimeout(() => this.server.closeAllConnections(), CLOSING_MS);
    await closed;
    clearTimeout(late);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const holding = this.holding(response);
    try {
      const result = this.refusal(request) ?? (await this.resultOf(request, holding));
      if (!this.server.listening) response.setHeader('connection', 'close');
      allowOrigin(request, response);
      if (result.ok) send(response, 200, result.value, holding);
      else send(response, STATUS[result.problem.code] ?? 400, wordsOf(result.problem), holding);
    } catch (error) {
      if (!response.destroyed) send(response, 500, failureOf(error), holding);
    }
  }

  /** Counts what one request holds until its answer is sent, or its connection is gone. */
  private holding(response: ServerResponse): Holding {
    let own = 0;
    response.once('close', () => {
      this.held -= own;
      own = 0;
    });
    return (bytes) => {
      if (response.destroyed) return;
      own += bytes;
      this.held += bytes;
    };
  }

  /** Pages of other sites may neither read nor ask: they reach this machine through the browser of its user. */
  private refusal({ headers }: IncomingMessage): ReturnType<typeof fail> | undefined {
    if (!isOurs(headers.host, this.host)) {
      const hint = 'Ask it by its address, or by localhost.';
      return fail('host-refused', `This server does not go by the name of ${headers.host}`, { hint });
    }
    if (headers.origin === undefined || isLoopback(hostOf(headers.origin) ?? '')) return undefined;
    return fail('origin-refused', `Pages of ${headers.origin} may not ask this server`);
  }

  private async resultOf(request: IncomingMessage, holding: Holding): Promise<Result<unknown>> {
    if (!this.routes) return fail('not-ready', 'The images are being embedded', { hint: 'Ask again later.' });
    const path = (request.url ?? '').replace(/\?.*$/s, '').replace(/\/+/g, '/');
    const methods = Object.hasOwn(this.routes, path) ? this.routes[path] : undefined;
    if (!methods) return fail('path-unknown', `There is no ${path}; there are ${Object.keys(this.routes).join(', ')}`);
    if (request.method === 'OPTIONS') return ok(Object.keys(methods));
    const work = Object.hasOwn(methods, request.method ?? '') ? methods[request.method as Method] : undefined;
    if (!work) return fail('method-unknown', `${path} takes ${Object.keys(methods).join(', ')}`);
    if (request.method === 'GET') return work(undefined, () => undefined);
    const body = await readBody(request, (bytes) => {
      holding(bytes);
      return this.room();
    });
    if (!body.ok) return body;
    return this.turns.take(async (leave) => {
      const room = this.room();
      if (!room.ok) return room;
      const json = parseJson(body.value);
      return json.ok ? work(json.value, leave) : json;
    });
  }

  private room(): Result<unknown> {
    return this.held > MOST_HELD ? busy() : ok(undefined);
  }
}

/** Is told of bytes that a request holds. */
type Holding = (bytes: number) => void;

/** A model that cannot be loaded, say. A bug in one answer ends that answer, not the server; its trace goes to the log. */
function failureOf(error: unknown): Problem {
  const problem = problemOf(error);
  if (problem) return wordsOf(problem);
  console.error(error);
  return { code: 'internal-error', message: `The server failed to answer: ${(error as Error).message}` };
}

function allowOrigin({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('vary', 'origin');
  if (headers.origin === undefined || !isLoopback(hostOf(headers.origin) ?? '')) return;
  response.setHeader('access-control-allow-origin', headers.origin);
  response.setHeader('access-control-allow-headers', 'content-type');
}

function send(response: ServerResponse, status: number, value: unknown, holding: Holding): void {
  const { text, type } = value instanceof PlainText ? value.content : jsonOf(value);
  const body = Buffer.from(text);
  holding(body.length);
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 503 && { 'retry-after': '5' }),
  });
  response.end(body);
}

function jsonOf(value: unknown): PlainText['content'] {
  return { text: JSON.stringify(value), type: 'application/json; charset=utf-8' };
}

function wordsOf({ code, message, hint }: Problem): Problem {
  return { code, message, hint };
}

function cannotListen(host: string, port: number, { code, message }: NodeJS.ErrnoException): Result<never> {
  if (code === 'EADDRINUSE') {
    const hint = 'Stop what listens there, or name another with --port; --port 0 takes a free one.';
    return fail('port-taken', `Port ${port} of ${host} is taken`, { hint });
  }
  return fail('address-unusable', `Nothing can be served at ${host}, port ${port}: ${message}`, {
    hint: 'Name an address of this machine with --host, and a port above 1023 with --port.',
  });
}
