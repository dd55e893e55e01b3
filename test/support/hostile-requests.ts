import sharp from 'sharp';
import type { Random } from '../../server/src/compute/random.js';
import { clientRequest } from './clip-client.js';

export interface HostileRequest {
  readonly kind: string;
  readonly path: string;
  readonly body: Buffer;
}

/** Somewhat less than the largest body that is read. */
export const LARGEST = 29 * 2 ** 20;

interface Means {
  readonly random: Random;
  /** Of the body, in bytes, about. */
  readonly size: number;
  readonly images: readonly Buffer[];
}

const QUERY = '"modality":"image","num_images":3,"indice_name":"face-recognition"';
const knn = (key: string, value: string) => `{${QUERY},"${key}":${value}}`;
/** An array of so many of them as make up the size. */
const manyOf = (item: string, size: number) => `[${`${item},`.repeat(size / (item.length + 1))}${item}]`;
const KEYS = ['image', 'text', 'image_url', 'embedding_input', 'indice_name', 'num_images', 'aesthetic_score', 'other'];
const ITEMS = ['""', '0', '{}', '[]', 'null', '"1"', '-1e-400', '1e999', 'true', '{"a":[0]}', '"\\u0000"'];
const CHARACTERS = ['a', 'A', '=', '9', ' ', '\\"', '\\u0000', 'é', '日', '🙂', ',', ';base64,', "'s ", '<', '-', '.'];

/** Bodies of ill will, of each kind. */
const KINDS: Readonly<Record<string, (means: Means) => string | Buffer>> = {
  'a long array': ({ random, size }) => knn(random.pick(KEYS), manyOf(random.pick(ITEMS), size)),
  'deep nesting'({ random, size }) {
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
    ]);
    const depth = size / (open.length + close.length);
    return knn(random.pick(KEYS), `${open.repeat(depth)}0${random.chance(0.5) ? close.repeat(depth) : ''}`);
  },
  'a long string'({ random, size }) {
    const character = random.pick(CHARACTERS);
    const start = random.pick(['', 'data:', 'data:image/png;base64,', 'http://127.0.0.1/']);
    return knn(random.pick(KEYS), `"${start}${character.repeat(size / Buffer.byteLength(character))}"`);
  },
  'a long number': ({ random, size }) => knn(random.pick(KEYS), random.pick(['1', '-1.', '1e']) + '1'.repeat(size)),
  'numbers as text': ({ random, size }) =>
    knn(random.pick(['num_images', 'num_result_ids', 'aesthetic_score']), `"${'1'.repeat(size)}"`),
  'many keys': ({ random, size }) =>
    `{${QUERY}${Array.from({ length: size / 16 }, (_, n) => `,"${random.pick(['k', '__proto__', ''])}${n}":0`).join('')}}`,
  'one key many times': ({ size }) => `{${QUERY}${',"image":""'.repeat(size / 11)}}`,
  'wrong types': ({ random }) =>
    JSON.stringify(
      clientRequest(
        {},
        Object.fromEntries(
          KEYS.map((key) => [key, JSON.parse(random.pick(['{}', '[]', 'null', '-1', '1e308', '"x"', 'true']))]),
        ),
      ),
    ),
  'JSON that is cut'({ random, size }) {
    const whole = knn('embedding_input', manyOf('0.25', size));
    return whole.slice(0, random.between(0, whole.length));
  },
  'bytes that are no text': ({ random, size }) =>
    Buffer.from(Uint32Array.from({ length: size / 4 + 1 }, () => random.between(0, 2 ** 32)).buffer),
  'quotes and nothing else': ({ random, size }) => random.pick(['"', '\\', '\\"', '[', ',', ' ', '\0']).repeat(size),
  'an image': ({ random, images }) =>
    knn(random.pick(['image', 'image']), `"${random.pick(images).toString('base64')}"`),
  'an image as an address': ({ random, images }) =>
    knn('image_url', `"data:image/png;base64,${random.pick(images).toString('base64')}"`),
  'an image that is damaged'({ random, images }) {
    const bytes = Buffer.from(random.pick(images));
    for (let n = 0; n < 8; n++) bytes[Math.floor(random.between(0, bytes.length))] ^= 1 << random.between(0, 8);
    return knn('image', `"${bytes.subarray(0, random.between(0, bytes.length + 1)).toString('base64')}"`);
  },
  'an embedding': ({ random }) =>
    knn('embedding_input', JSON.stringify(Array.from({ length: 128 }, () => 10 ** random.between(-320, 308)))),
  'results without end': ({ random }) =>
    JSON.stringify(
      clientRequest(
        { embedding_input: Array(128).fill(1) },
        { num_images: random.pick([500, 501, 1e9]), num_result_ids: random.pick([3000, 3001]) },
      ),
    ),
  'ids without end': ({ random, size }) =>
    `{"indice_name":"clip","ids":${manyOf(random.pick(['0', '1', '-1', '1e9', '""', '[]']), random.chance(0.5) ? 5000 : size)}}`,
};

export const HOSTILE_KINDS = Object.keys(KINDS);

/** A request of a kind, the same for the same random numbers: of a size from nothing to the largest, every size class alike. */
export function hostileRequest(
  kind: string,
  random: Random,
  images: readonly Buffer[],
  largest: number,
): HostileRequest {
  const size = random.chance(0.1) ? largest : Math.floor(2 ** random.between(0, Math.log2(largest) - 2));
  const path = kind.startsWith('ids') || random.chance(0.05) ? '/metadata' : '/knn-service';
  return { kind, path, body: Buffer.from(KINDS[kind]({ random, size, images })) };
}

/** A small AVIF whose header says that it has so many pixels. */
export async function avifOfSize(width: number, height: number): Promise<Buffer> {
  const avif = await plain(64, 64).avif({ effort: 0 }).toBuffer();
  const ispe = avif.indexOf('ispe') + 8;
  avif.writeUInt32BE(width, ispe);
  avif.writeUInt32BE(height, ispe + 4);
  return avif;
}

/** Files of a few bytes, of every format, that are large or odd once they are decoded: sides of up to `side` pixels. */
export async function oddImages(side: number): Promise<Buffer[]> {
  const frames = sharp(Buffer.alloc(64 * 6400 * 3), { raw: { width: 64, height: 6400, channels: 3, pageHeight: 64 } });
  const deep = sharp(Buffer.alloc(side * 16 * 8), { raw: { width: side, height: 16, channels: 4 } });
  return Promise.all([
    avifOfSize(12_000, 12_000),
    avifOfSize(65_535, 65_535),
    plain(side, side / 2)
      .avif({ effort: 0 })
      .toBuffer(),
    plain(side, side).png().toBuffer(),
    plain(side, side).png({ progressive: true }).toBuffer(),
    plain(side, side).jpeg({ progressive: true }).toBuffer(),
    plain(side, side).jpeg().toBuffer(),
    plain(side, side).webp({ effort: 0 }).toBuffer(),
    plain(side, side).gif().toBuffer(),
    plain(side, side).tiff({ compression: 'deflate' }).toBuffer(),
    plain(side, side).toColourspace('rgb16').png().toBuffer(),
    plain(side, side).toColourspace('cmyk').jpeg().toBuffer(),
    plain(side, 1).png().toBuffer(),
    plain(1, side).jpeg().toBuffer(),
    plain(1, 1).gif().toBuffer(),
    frames.gif().toBuffer(),
    deep.png().toBuffer(),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"/>'),
    Buffer.from('%PDF-1.7'),
    Buffer.alloc(0),
  ]);
}

function plain(width: number, height: number) {
  return sharp({ create: { width, height: Math.floor(height), channels: 3, background: '#777' } });
}
