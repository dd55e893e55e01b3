import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy on 127.0.0.1 that tunnels to one server, whatever host it is asked for, and remembers which. */
export class TunnelProxy {
  readonly asked: string[] = [];
  private readonly sockets: Socket[] = [];

  private constructor(private readonly server: Server) {}

  static async start(target: URL): Promise<TunnelProxy> {
    const server = createServer();
    const proxy = new TunnelProxy(server);
    server.on('connect', (request, client: Socket) => {
      proxy.asked.push(request.url ?? '');
      const upstream = connect(Number(target.port), target.hostname, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      for (const socket of [client, upstream]) proxy.sockets.push(socket.on('error', () => socket.destroy()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
