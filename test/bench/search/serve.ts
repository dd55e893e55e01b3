import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { encodeNpy } from '../../../server/src/store/npy.js';
import { Served } from '../../support/served.js';
import { figure, median, note, type Section, spread, table } from '../measure.js';
import { ClipRetrieval, pythonWithClipRetrieval } from './clip-retrieval.js';
import { clusteredQueries, type Searched } from './clustered-queries.js';

const ROWS = [50_000, 200_000];
const DIMENSION = 512;
const QUERIES = 256;
/** Results of a query: what clip-retrieval's client asks for. */
const K = 40;
const CLIENTS = [1, 4, 16];
const ROUNDS = Number(process.env.LOOKALIKE_BENCH_ROUNDS ?? 5);
/** Of one round of so many clients. */
const SECONDS = Number(process.env.LOOKALIKE_BENCH_SECONDS ?? 4);
/** Two cosines this near are a tie for who computes in float32. */
const TIE = 1e-5;
/** The folder of the embeddings, by which both name their index. */
const NAME = 'faces';

/** Measured at 50,000 × 512 beside other work on the same cores, servers in turn. */
const TRIED = `What made it faster for 16 clients, measured beside other work at 50,000 × 512: to search together for those that wait, 1.79 (1.43–2.01) ×
of one after the other; the metadata in memory, of which 40 reads of a file took 4 ms a query, and as many candidates as 40 results need, so
that hardly a search falls back on float32, both together three times as many queries. To read what has come before each search begins
gives 1.12 (0.91–1.19) ×, and one client nothing. One client alone has nobody to share a search with: its time is the search's, the
JSON's and the way to the server and back. A graph of neighbours may answer a query otherwise for another number of results, so that only
searches for as many are done together.`;

interface Peer {
  readonly name: string;
  readonly address: URL;
  peakMemory(): Promise<number | undefined>;
  stop(): Promise<unknown>;
}

interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** `lookalike serve` under load, beside clip-retrieval's own server. */
export async function benchServe(): Promise<Section> {
  const python = pythonWithClipRetrieval();
  const parts: string[] = [];
  for (const rows of ROWS) parts.push(await compare(clusteredQueries(rows, DIMENSION, QUERIES), python));
  const peer = python
    ? 'beside clip-retrieval’s own server (`clip_back`, in which what loads CLIP is\nnever called) of the same folder, with the exact `IndexFlatIP` of faiss'
    : '**alone: clip-retrieval was not installed,\nas PyPI was not reached**';
  const body = `\`lookalike serve\` of a folder of embeddings in clip-retrieval's format, ${peer}. Vectors of
length 1 that lie as faces' do, ${QUERIES} queries of the same people in turn, by POST /knn-service with \`embedding_input\`, ${K} results each
with their caption. Clients ask again once they are answered, on the same machine and cores; each keeps its connection where the
server does, and clip-retrieval's closes it after each answer. ${ROUNDS} rounds in turn of ${SECONDS} s: medians, and the least and the most.
Memory is the most that all processes of a server have had. Results disagree that are not the same in the same place, up to
cosines that differ by less than ${TIE}.

${TRIED}

${parts.join('\n\n')}`;
  return { name: 'serve', title: 'A server of searches', body };
}

async function compare(vectors: Searched, python: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const faces = join(folder, NAME);
  await writeEmbeddings(faces, vectors);
  const served = await Served.start(faces);
  const peers: Peer[] = [
    {
      name: 'Lookalike',
      address: served.address,
      peakMemory: () => served.peakMemory(),
      stop: () => served.stop(),
    },
  ];
  if (python) peers.push(await ClipRetrieval.start(python, faces, NAME));
  const bodies = Array.from({ length: QUERIES }, (_, n) => requestOf(vectors, n));
  const disagreeing = await disagreements(peers, bodies);
  const loads = peers.map(() => CLIENTS.map((): Load[] => []));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [c, clients] of CLIENTS.entries()) {
      for (const [which, peer] of peers.entries()) {
        const load = await loadBy(clients, peer, bodies);
        loads[which]![c]!.push(load);
        note(
          `serve, ${vectors.gallery.rows}, round ${round + 1} of ${ROUNDS}, ${clients} clients: ${peer.name} ${figure(load.perSecond)}/s, p50 ${figure(load.p50)}, p99 ${figure(load.p99)} ms`,
        );
      }
    }
  }
  const memory = await Promise.all(peers.map((peer) => peer.peakMemory()));
  for (const peer of peers) await peer.stop();
  await rm(folder, { recursive: true });
  return partOf(vectors, peers, { loads, memory, disagreeing });
}

async function writeEmbeddings(folder: string, { gallery }: Searched): Promise<void> {
  await mkdir(join(folder, 'img_emb'), { recursive: true });
  await mkdir(join(folder, 'metadata'));
  const npy = encodeNpy(gallery.data, [gallery.rows, gallery.dimension]);
  await writeFile(join(folder, 'img_emb/img_emb_0.npy'), Buffer.concat(npy));
  const caption = Array.from({ length: gallery.rows }, (_, row) => `photograph ${row}`);
  const parquet = parquetWriteBuffer({ columnData: [{ name: 'caption', data: caption }] });
  await writeFile(join(folder, 'metadata/metadata_0.parquet'), Buffer.from(parquet));
}

function requestOf({ queries }: Searched, n: number): string {
  const embedding = queries.data.subarray(n * DIMENSION, (n + 1) * DIMENSION);
  return JSON.stringify({
    embedding_input: Array.from(embedding),
    modality: 'image',
    num_images: K,
    indice_name: NAME,
    deduplicate: false,
  });
}

interface Answered {
  readonly id: number;
  readonly similarity: number;
  readonly caption: string;
}

/** How many results, of all queries, are not what Lookalike finds in that place. */
async function disagreements(peers: readonly Peer[], bodies: readonly string[]): Promise<number> {
  let others = 0;
  for (const body of bodies) {
    const [own = [], ...theirs] = await Promise.all(
      peers.map(async ({ address }): Promise<Answered[]> => JSON.parse((await post(address, body)).toString())),
    );
    assert.ok(own.length === K && own.every(({ id, caption }) => caption === `photograph ${id}`));
    for (const found of theirs) {
      assert.equal(found.length, K);
      for (const [n, { id, similarity, caption }] of found.entries()) {
        assert.equal(caption, `photograph ${id}`);
        if (id !== own[n]!.id && Math.abs(similarity - own[n]!.similarity) > TIE) others++;
      }
    }
  }
  return others;
}

/** Clients that each ask again once they are answered. Throws where one is not answered well. */
async function loadBy(clients: number, { address }: Peer, bodies: readonly string[]): Promise<Load> {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  const began = performance.now();
  let asked = 0;
  const client = async () => {
    while (performance.now() < began + 1000 * SECONDS) {
      const sent = performance.now();
      await post(address, bodies[asked++ % bodies.length] as string, agent);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] as number;
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
}

async function post(address: URL, body: string, agent?: Agent): Promise<Buffer> {
  const sent = request(new URL('/knn-service', address), { method: 'POST', agent });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answer = Buffer.concat(await response.toArray());
  assert.equal(response.statusCode, 200, answer.toString());
  return answer;
}

interface Measured {
  readonly loads: readonly (readonly (readonly Load[])[])[];
  readonly memory: readonly (number | undefined)[];
  readonly disagreeing: number;
}

function partOf({ gallery }: Searched, peers: readonly Peer[], { loads, memory, disagreeing }: Measured): string {
  const rows = CLIENTS.flatMap((clients, c) =>
    peers.map(({ name }, which) => {
      const own = loads[0]![c]!;
      const each = loads[which]![c]!;
      const ratio = own.map(({ perSecond }, round) => perSecond / each[round]!.perSecond);
      return [
        String(clients),
        name,
        withSpread(each.map(({ perSecond }) => perSecond)),
        withSpread(each.map(({ p50 }) => p50)),
        withSpread(each.map(({ p99 }) => p99)),
        which === 0 ? '' : spread(ratio),
        memory[which] === undefined ? '' : figure(memory[which] / 2 ** 20),
      ];
    }),
  );
  const head = ['clients', '', 'queries/s', 'p50, ms', 'p99, ms', 'Lookalike answers more by', 'memory, MB'];
  const asked = `${disagreeing} of ${(QUERIES * K).toLocaleString('en')} results disagree.`;
  const size = `${gallery.rows.toLocaleString('en')} × ${gallery.dimension}`;
  return `**${size}**${peers.length > 1 ? `: ${asked}` : ''}\n\n${table(head, rows)}`;
}

function withSpread(values: readonly number[]): string {
  return `${figure(median(values))} (${figure(Math.min(...values))}–${figure(Math.max(...values))})`;
}
