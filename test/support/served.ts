import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type Finished, lookalike } from './command-line.js';

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  // biome-ignore lint/suspicious/noExplicitAny: what a server of the protocol answers is what is tested
  readonly json: any;
}

/** `lookalike serve` of the built command line, and raw requests to it. */
export class Served {
  private constructor(
    readonly address: URL,
    private readonly child: ChildProcess,
    readonly finished: Promise<Finished>,
  ) {}

  /** Resolves once it serves; rejects with its last words where it ends before. */
  static start(file: string, args: readonly string[] = []): Promise<Served> {
    return new Promise((resolve, reject) => {
      const finished = lookalike(['serve', file, '--port', '0', '--progress', 'none', ...args], {
        onStart(child) {
          let stdout = '';
          child.stdout?.on('data', (chunk) => {
            stdout += chunk;
            const [, address] = /serving at (\S+)\/knn-service\n/.exec(stdout) ?? [];
            if (address) resolve(new Served(new URL(address), child, finished));
          });
        },
      });
      finished.then(({ code, stderr }) => reject(new Error(`lookalike serve ended with ${code}:\n${stderr}`)));
    });
  }

  /** Ends it as Control-C does. */
  stop(): Promise<Finished> {
    this.child.kill('SIGINT');
    return this.finished;
  }

  /** Sends half of a body once the server waits for it, and the rest when `before` is done. */
  async postSlowly(path: string, body: unknown, before: () => Promise<void>): Promise<Answer> {
    const text = Buffer.from(JSON.stringify(body));
    const half = Math.floor(text.length / 2);
    const sent = this.open('POST', path, { expect: '100-continue', 'content-length': String(text.length) });
    const answered = once(sent, 'response');
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.write(text.subarray(0, half));
    await before();
    sent.end(text.subarray(half));
    return answerOf((await answered)[0]);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, headers);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const isWritten = typeof body === 'string' || Buffer.isBuffer(body);
    return this.send('POST', path, headers, isWritten ? body : JSON.stringify(body));
  }

  /** Announces a body of `length` bytes, sends `body` and hangs up. */
  async postAndLeave(path: string, body: Buffer, length: number): Promise<void> {
    const sent = this.open('POST', path, { 'content-length': String(length) });
    sent.on('error', () => undefined);
    await new Promise((done) => sent.write(body, done));
    const closed = new Promise((done) => sent.once('close', done));
    sent.destroy();
    await closed;
  }

  /** As `peakMemoryOf`, of all its processes. */
  peakMemory(): Promise<number | undefined> {
    return peakMemoryOf(this.child.pid);
  }

  /** How often each thing was measured, by /metrics. */
  async counts(): Promise<Record<string, number>> {
    const sent = this.open('GET', '/metrics', {});
    sent.end();
    const [response]: [IncomingMessage] = (await once(sent, 'response')) as [IncomingMessage];
    const type = String(response.headers['content-type']);
    if (!type.startsWith('text/plain; version=0.0.4')) throw new Error(`/metrics is of type ${type}`);
    const text = Buffer.concat(await response.toArray()).toString();
    return Object.fromEntries([...text.matchAll(/^(\w+)_count (\d+)$/gm)].map(([, name, n]) => [name, Number(n)]));
  }

  async send(method: string, path: string, headers: Record<string, string>, body?: string | Buffer): Promise<Answer> {
    const sent = this.open(method, path, headers);
    sent.end(body);
    const [response] = await once(sent, 'response');
    return answerOf(response);
  }

  private open(method: string, path: string, headers: Record<string, string>): ClientRequest {
    const { hostname, port } = this.address;
    // A connection that is kept may be closed just as it is used again.
    return request({ hostname, port, method, path, headers, agent: false });
  }
}

/** The most memory that a process and those that it has started have had, in bytes; undefined where the system does not say. */
export async function peakMemoryOf(process: number | undefined): Promise<number | undefined> {
  const pids = [String(process)];
  let kilobytes = 0;
  for (const pid of pids) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
    if (status === undefined) return undefined;
    kilobytes += Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
    pids.push(...(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean));
  }
  return 1024 * kilobytes;
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const text = Buffer.concat(await response.toArray()).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, json: text && JSON.parse(text) };
}
