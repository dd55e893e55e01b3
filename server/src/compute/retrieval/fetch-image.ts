import { Agent, type Dispatcher, request } from 'undici';
import { Failed } from '../../hub/failure.js';
import { AllowedHosts } from './allowed-hosts.js';
import { discarded, headerOf, readWithin, reasonOf, within } from './answers.js';

const MOST_REDIRECTS = 5;

export interface ImageLimits {
  readonly megabytes: number;
  /** In seconds, for one image from first to last, redirects included. */
  readonly timeout: number;
  /** Hosts that may be asked although their addresses are private. */
  readonly privateHosts: readonly string[];
}

/** Fetches files from wherever a service says, which is not to be believed: from the public web alone, within limits. */
export class ImageFetcher {
  private readonly hosts: AllowedHosts;
  private readonly dispatcher: Dispatcher;

  constructor(private readonly limits: ImageLimits) {
    this.hosts = new AllowedHosts(limits.privateHosts);
    this.dispatcher = new Agent({ connect: { lookup: this.hosts.lookup } });
  }

  /** Throws `Failed`. */
  async fetch(address: string, signal: AbortSignal): Promise<Buffer> {
    const { timeout, megabytes } = this.limits;
    try {
      const answer = await this.follow(address, within(timeout, signal));
      return await readWithin(answer, megabytes, tooLarge(megabytes));
    } catch (error) {
      signal.throwIfAborted();
      throw this.failureOf(error);
    }
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  /** Every hop is looked at as the first is. */
  private async follow(address: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    let url = urlOf(address);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      this.hosts.require(url);
      const answer = await request(url, {
        headers: { accept: 'image/*', 'user-agent': 'lookalike' },
        dispatcher: this.dispatcher,
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      if (answer.statusCode === 200) return answer;
      const refusal = refusalOf(url, answer.statusCode);
      const location = answer.statusCode < 400 ? headerOf(answer.headers, 'location') : undefined;
      discarded(answer.body, refusal);
      if (!location) throw refusal;
      url = urlOf(location, url);
    }
    throw new Failed('result-image-missing', `It redirects more than ${MOST_REDIRECTS} times`);
  }

  private failureOf(error: unknown): unknown {
    const reason = reasonOf(error);
    if (error instanceof Failed || reason === 'bug') return error;
    const { message, code } = error as NodeJS.ErrnoException;
    const says = reason === 'slow' ? `It did not come in ${this.limits.timeout} s` : message || String(code);
    return new Failed('result-image-missing', says, { passes: true });
  }
}

export function tooLarge(megabytes: number): Failed {
  return new Failed('result-image-too-large', `It is larger than ${megabytes} MB`, { hint: 'Raise `imageMegabytes`.' });
}

function urlOf(address: string, base?: URL): URL {
  if (URL.canParse(address, base?.href)) return new URL(address, base);
  throw new Failed('result-address-refused', 'What the service gives as its address is none');
}

function refusalOf(url: URL, status: number): Failed {
  const passes = status === 429 || status >= 500;
  return new Failed('result-image-missing', `${url.host} answers ${status}`, { passes });
}
