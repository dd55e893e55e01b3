import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Repository } from './clip/exports.js';

/** How a server answers one request instead of serving the file. */
export type Fault = (response: ServerResponse, content: Buffer, request: IncomingMessage) => void;

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** A hub on 127.0.0.1 that serves one repository's files with ETag and Range, and fails as it is told to. */
export class HubServer {
  readonly received: Received[] = [];
  /** What becomes of the next requests, one each; `undefined` serves the file. */
  readonly faults: (Fault | undefined)[] = [];
  /** What becomes of every request without a fault of its own. */
  always: Fault | undefined;

  private constructor(
    private readonly server: Server,
    public repository: Repository,
  ) {}

  static async start(repository: Repository = {}): Promise<HubServer> {
    const server = createServer();
    const hub = new HubServer(server, repository);
    server.on('request', (request, response) => hub.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return hub;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').replace(/^.*\/resolve\/main\//, '');
    this.received.push({ path, headers: request.headers });
    const content = Buffer.from(this.repository[path] ?? '');
    const fault = this.faults.shift() ?? this.always;
    if (fault) fault(response, content, request);
    else if (path in this.repository) serve(response, content, request);
    else response.writeHead(404).end('Entry not found');
  }
}

export const etagOf = (content: Buffer) => `"${createHash('sha256').update(content).digest('hex')}"`;

function serve(response: ServerResponse, content: Buffer, { headers }: IncomingMessage): void {
  const etag = etagOf(content);
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const goesOn = from > 0 && headers['if-range'] === etag;
  if (goesOn && from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const body = goesOn ? content.subarray(from) : content;
  const range = goesOn ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {};
  response.writeHead(goesOn ? 206 : 200, { etag, 'content-length': body.length, ...range }).end(body);
}

/** Sends the first half and then nothing any more. */
export const stalls: Fault = (response, content) => {
  response.writeHead(200, { etag: etagOf(content), 'content-length': content.length });
  response.write(content.subarray(0, content.length / 2));
};

/** Sends the first half and breaks the connection. */
export const cuts: Fault = (response, content) => {
  stalls(response, content, undefined as never);
  setImmediate(() => response.destroy());
};

/** Announces another size than it sends. */
export const announces =
  (size: (actual: number) => number): Fault =>
  (response, content) => {
    response.strictContentLength = false;
    response.writeHead(200, { etag: etagOf(content), 'content-length': size(content.length) });
    response.write(content, () => response.destroy());
  };

export const answers =
  (status: number, headers: Record<string, string> = {}, body = ''): Fault =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };
