import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ok } from '../../../server/src/protocol/errors.js';
import { SearchServer } from '../../../server/src/serve/search-server.js';

const LONG_ANSWER = 'x'.repeat(25 * 2 ** 20);

describe('A search server', () => {
  let server: SearchServer;

  beforeEach(async () => {
    const listening = await SearchServer.listen({ host: '127.0.0.1', port: 0 });
    assert.ok(listening.ok);
    server = listening.value;
  });
  afterEach(() => server.close());

  const ask = async (path: string) => {
    const answer = await fetch(`${server.address}${path}`, { method: 'POST', body: '{}' });
    return { status: answer.status, code: (await answer.json()).code, again: answer.headers.get('retry-after') };
  };

  /** Asks and reads nothing of the answer. */
  async function askAndLook(path: string): Promise<Socket> {
    const { hostname, port } = new URL(server.address);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(`POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 2\r\n\r\n{}`);
    await once(socket, 'connect');
    return socket;
  }

  it('takes no more while many answers are not read, and goes on when who asked is gone', async () => {
    let answered = 0;
    let isThird = () => {};
    const third = new Promise<void>((resolve) => {
      isThird = resolve;
    });
    server.open({
      '/long': {
        POST: async () => {
          if (++answered === 3) isThird();
          return ok(LONG_ANSWER);
        },
      },
      '/short': { POST: async () => ok({}) },
    });
    const sockets = await Promise.all([1, 2, 3].map(() => askAndLook('/long')));
    await third;
    assert.deepEqual(await ask('/short'), { status: 503, code: 'server-busy', again: '5' });
    for (const socket of sockets) socket.destroy();
    let last = await ask('/short');
    while (last.status === 503) last = await ask('/short');
    assert.deepEqual(last, { status: 200, code: undefined, again: null });
  });
});
