import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { Failed } from './failure.js';

const MOST_REDIRECTS = 5;

export interface ConnectionOptions {
  /** Where models are published. */
  readonly hub: URL;
  /** Sent to the hub's own host and to no other: not to a mirror, not across a redirect. */
  readonly token?: string;
  /** Milliseconds without a sign of life after which a transfer is given up. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** What a server answered, its body not read yet. */
export interface Answer {
  readonly url: URL;
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Dispatcher.ResponseData['body'];
}

/** GET requests to a hub, by way of the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY say. */
export class Connection {
  private readonly dispatcher: Dispatcher;

  constructor(private readonly options: ConnectionOptions) {
    const { patience } = options;
    this.dispatcher = new EnvHttpProxyAgent({
      connectTimeout: patience,
      headersTimeout: patience,
      bodyTimeout: patience,
    });
  }

  /** Follows redirects; the answer's `linked` headers are those that the hub gave on the way. */
  async get(address: URL, headers: Readonly<Record<string, string>>): Promise<Answer> {
    let url = address;
    const onTheWay = new Map<string, string>();
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const { statusCode: status, headers: given, body } = await this.send(url, headers);
      const header = (name: string) => first(given[name]);
      for (const name of ['x-linked-etag', 'x-linked-size']) {
        const value = header(name);
        if (value !== undefined && !onTheWay.has(name)) onTheWay.set(name, value);
      }
      const location = status >= 300 && status < 400 ? header('location') : undefined;
      if (!location) return { url, status, body, header: (name) => onTheWay.get(name) ?? header(name) };
      await body.dump();
      url = nextAddress(url, location);
    }
    throw new Failed('hub-redirects', `${address} redirects more than ${MOST_REDIRECTS} times`, {
      hint: 'Try a mirror.',
    });
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private send(url: URL, headers: Readonly<Record<string, string>>) {
    const { hub, token, signal } = this.options;
    const authorization = token && url.origin === hub.origin ? { authorization: `Bearer ${token}` } : {};
    const ours = { 'user-agent': 'lookalike', 'accept-encoding': 'identity', ...headers, ...authorization };
    return request(url, { method: 'GET', headers: ours, dispatcher: this.dispatcher, signal });
  }
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** A redirect leads to the web, and from a secure address to a secure one. */
function nextAddress(from: URL, location: string): URL {
  const to = new URL(location, from);
  const allowed = from.protocol === 'https:' ? ['https:'] : ['https:', 'http:'];
  if (allowed.includes(to.protocol)) return to;
  throw new Failed('hub-redirects', `${from} redirects to ${to.protocol}//…, which is less safe`, {
    hint: 'Try a mirror.',
  });
}
