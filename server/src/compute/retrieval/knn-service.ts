import pRetry from 'p-retry';
import pThrottle from 'p-throttle';
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { retryAfter } from '../../hub/answer-problems.js';
import { Failed } from '../../hub/failure.js';
import { whilePassing } from '../../hub/retries.js';
import { discarded, headerOf, readWithin, reasonOf, within } from './answers.js';

export interface KnnServiceOptions {
  /** Address of `/knn-service`. */
  readonly url: string;
  /** In seconds, for one answer from first to last. */
  readonly timeout: number;
  readonly retries: number;
  /** Milliseconds before a request is sent again the first time. */
  readonly pause: number;
  readonly requestsPerSecond: number;
  /** How large an answer may be. */
  readonly megabytes: number;
}

/** A service that is asked patiently: not too often, again when it fails in passing, and by way of the user's proxy. */
export class KnnService {
  private readonly url: URL;
  private readonly dispatcher: Dispatcher = new EnvHttpProxyAgent();
  private readonly send: (body: string, signal: AbortSignal) => Promise<string>;

  constructor(private readonly options: KnnServiceOptions) {
    this.url = new URL(options.url);
    const throttle = pThrottle({ limit: 1, interval: 1000 / options.requestsPerSecond });
    this.send = throttle((body: string, signal: AbortSignal) => this.attempt(body, signal));
  }

  /** Sends a body of JSON, and gives the text of the answer. Throws `Failed`. */
  ask(body: string, signal: AbortSignal): Promise<string> {
    const { retries, pause } = this.options;
    return pRetry(() => this.send(body, signal), whilePassing({ retries, pause, signal }));
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private async attempt(body: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const { timeout, megabytes } = this.options;
    try {
      const answer = await request(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'lookalike' },
        body,
        dispatcher: this.dispatcher,
        signal: within(timeout, signal),
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      if (answer.statusCode !== 200) throw discarded(answer.body, this.refusal(answer));
      return (await readWithin(answer, megabytes, this.tooLarge())).toString('utf8');
    } catch (error) {
      signal.throwIfAborted();
      throw this.failureOf(error);
    }
  }

  private refusal({ statusCode: status, headers }: Dispatcher.ResponseData): Failed {
    const at = `${this.url.host} answers ${status} for ${this.url.pathname}`;
    const later = { passes: true, wait: retryAfter({ header: (name) => headerOf(headers, name) }) };
    if (status === 429) {
      return new Failed('service-busy', at, { ...later, hint: 'Lower `requestsPerSecond`, or run again later.' });
    }
    if (status >= 500) return new Failed('service-trouble', at, { ...later, hint: 'Run again later.' });
    const location = status >= 300 && status < 400 ? headerOf(headers, 'location') : undefined;
    if (location && URL.canParse(location, this.url.href)) {
      const { href } = new URL(location, this.url);
      return new Failed('service-refused', `${at} and names ${href.slice(0, 300)}`, { hint: 'Write that as `url`.' });
    }
    return new Failed('service-refused', at, {
      hint: 'Is `url` the address of its /knn-service, and `index` one of its indexes?',
    });
  }

  private tooLarge(): Failed {
    const message = `${this.url.host} answers with more than ${this.options.megabytes} MB`;
    return new Failed('service-answer-too-large', message, { hint: 'Ask for fewer `results`, or raise `megabytes`.' });
  }

  private failureOf(error: unknown): unknown {
    const reason = reasonOf(error);
    if (error instanceof Failed || reason === 'bug') return error;
    if (reason === 'slow') {
      const message = `${this.url.host} did not answer in ${this.options.timeout} s`;
      return new Failed('service-stalled', message, { passes: true, hint: 'Raise `timeout`, or run again later.' });
    }
    const { message, code } = error as NodeJS.ErrnoException;
    return new Failed('service-unreachable', `${this.url.host}: ${message || code}`, {
      passes: true,
      hint: 'Check `url` and the network; HTTPS_PROXY names a proxy.',
    });
  }
}
