import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import type { Fault } from './hub-server.js';

/** An image that a service has indexed. */
export interface IndexedImage {
  readonly name: string;
  readonly png: Buffer;
  readonly embedding: readonly number[];
}

/** What a client sent to `/knn-service`. */
export type KnnBody = Readonly<Record<string, unknown>>;

const REQUIRED = ['modality', 'num_images', 'indice_name'];

/**
 * A service on 127.0.0.1 that answers as clip-retrieval does: inner products of unit vectors, the nearest first, and
 * the images at addresses of its own. It embeds a photograph by its mean colour, and fails as it is told to.
 */
export class KnnServer {
  readonly bodies: KnnBody[] = [];
  /** When each query came, in milliseconds. */
  readonly times: number[] = [];
  /** Paths that were asked for. */
  readonly fetched: string[] = [];
  /** What becomes of the next queries, one each; `undefined` answers. */
  readonly faults: (Fault | undefined)[] = [];
  /** What becomes of every query without a fault of its own. */
  always: Fault | undefined;
  /** What is served below `/images/` instead of the image. */
  readonly images: Record<string, Fault> = {};

  private constructor(
    private readonly server: Server,
    readonly indexed: readonly IndexedImage[],
  ) {}

  static async start(indexed: readonly IndexedImage[]): Promise<KnnServer> {
    const server = createServer();
    const service = new KnnServer(server, indexed);
    server.on('request', (request, response) => service.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/knn-service`;
  }

  imageUrl(name: string, host = '127.0.0.1'): string {
    return `http://${host}:${this.port}/images/${name}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path !== '/knn-service') return this.serve(path, request, response);
    this.times.push(performance.now());
    const body: KnnBody = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'));
    this.bodies.push(body);
    const fault = this.faults.shift() ?? this.always;
    if (fault) return fault(response, Buffer.alloc(64), request);
    if (REQUIRED.some((key) => !(key in body)) || Object.values(body).includes(null)) response.writeHead(400).end();
    else response.end(JSON.stringify(await this.search(body)));
  }

  private serve(path: string, request: IncomingMessage, response: ServerResponse): void {
    this.fetched.push(path);
    const name = path.replace('/images/', '');
    const found = this.indexed.find((image) => image.name === name);
    if (this.images[name]) this.images[name](response, found?.png ?? Buffer.alloc(0), request);
    else if (found) response.writeHead(200, { 'content-type': 'image/png' }).end(found.png);
    else response.writeHead(404).end();
  }

  private async search({ image, embedding_input, num_images }: KnnBody) {
    const query = unit(image ? await meanColour(Buffer.from(String(image), 'base64')) : (embedding_input as number[]));
    const hits = this.indexed.map(({ name, embedding }, id) => {
      const similarity = unit(embedding).reduce((sum, value, n) => sum + value * query[n], 0);
      return { id, similarity, url: this.imageUrl(name), caption: `a picture of ${name}` };
    });
    return hits.sort((a, b) => b.similarity - a.similarity).slice(0, Number(num_images));
  }
}

/** A picture of one colour as a service indexes it. */
export async function indexedColour(name: string, red: number, blue: number): Promise<IndexedImage> {
  const background = { r: red, g: 0, b: blue };
  const png = await sharp({ create: { width: 16, height: 16, channels: 3, background } })
    .png()
    .toBuffer();
  return { name, png, embedding: [red, 0, blue] };
}

async function meanColour(bytes: Buffer): Promise<number[]> {
  return (await sharp(bytes).stats()).channels.map(({ mean }) => mean);
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
