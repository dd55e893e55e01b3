import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { ClipRetrieval } from '../../../server/src/compute/retrieval/clip-retrieval.js';
import type { RetrievedImage } from '../../../server/src/plugins/declare.js';
import { clipRetrieval } from '../../../server/src/plugins/retrieval/clip-retrieval.js';
import { writeColour } from '../../support/colours.js';
import { answers, cuts, type Fault, stalls } from '../../support/hub-server.js';
import { indexedColour, KnnServer } from '../../support/knn-server.js';
import { temporaryFolder } from '../../support/run-folder.js';

/** Sends without end. */
const floods: Fault = (response) => {
  const chunk = Buffer.alloc(65_536, ' ');
  const more = () => {
    while (response.writable && response.write(chunk));
  };
  response.on('drain', more);
  more();
};

const says = (value: unknown): Fault => answers(200, {}, JSON.stringify(value));

/** Writes bytes of its own in place of an answer. */
const raw =
  (bytes: string): Fault =>
  (response) => {
    response.socket?.end(bytes);
  };

const OK = 'HTTP/1.1 200 OK\r\n';
/** Answers that are no HTTP, or stop being it. */
const NO_HTTP = {
  'speaks another protocol': 'SSH-2.0-OpenSSH_9.2\r\n',
  'gives no status': 'HTTP/1.1 abc\r\n\r\n',
  'ends headers with bare line feeds in between': `${OK}a: b\nc\r\n\r\n`,
  'breaks a chunk': `${OK}transfer-encoding: chunked\r\n\r\nZZ\r\nabc\r\n`,
  'gives two lengths': `${OK}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd`,
};

describe('retrieval clip-retrieval', () => {
  const folder = temporaryFolder();
  let server: KnnServer;
  let photograph: string;

  beforeEach(async () => {
    const colours = [indexedColour('red.png', 200, 0), indexedColour('pink.png', 200, 90)];
    server = await KnnServer.start(await Promise.all([...colours, indexedColour('blue.png', 0, 200)]));
    photograph = join(folder(), 'photograph.png');
    await writeColour(photograph, 200, 80);
  });
  afterEach(() => server.stop());

  async function search(
    more: Record<string, unknown> & { useCache?: boolean } = {},
    signal = new AbortController().signal,
    results = 2,
  ) {
    const { useCache = true, ...params } = more;
    const given = {
      url: server.url,
      index: 'laion5B',
      requestsPerSecond: 1000,
      privateHosts: ['127.0.0.1'],
      ...params,
    };
    const service = new ClipRetrieval(clipRetrieval.params.parse(given), join(folder(), 'kept'), 1);
    try {
      const query = { file: photograph, embedding: Float32Array.of(400, 0, 160) };
      return await service.search(query, { results, signal, useCache, progress: () => undefined });
    } finally {
      await service.close();
    }
  }

  async function found(more?: Record<string, unknown>, results?: number): Promise<readonly RetrievedImage[]> {
    const result = await search(more, undefined, results);
    assert.ok(result.ok, JSON.stringify(result));
    return result.value;
  }

  async function failure(more?: Record<string, unknown>) {
    const result = await search(more);
    assert.ok(!result.ok, 'it succeeded');
    return result.problem;
  }

  it('needs the user’s yes, and a web address', () => {
    const params = { url: 'http://engine.example/knn-service', index: 'x' };
    assert.equal(clipRetrieval.permission?.(clipRetrieval.params.parse(params)), 'remote');
    for (const url of ['file:///etc/passwd', 'engine', 'ftp://engine.example/']) {
      assert.ok(!clipRetrieval.params.safeParse({ ...params, url }).success, url);
    }
  });

  it('gives what the service finds for a photograph, nearest first, with the images', async () => {
    const [first, second] = await found();
    assert.deepEqual([first.id, first.caption, second.id], ['1', 'a picture of pink.png', '0']);
    assert.ok(first.similarity > 0.999 && second.similarity < first.similarity);
    assert.ok('file' in first.image);
    assert.deepEqual(await readFile(first.image.file), server.indexed[1].png);
    assert.equal(server.bodies[0].image, (await readFile(photograph)).toString('base64'));
  });

  it('sends the paper’s parameters under the protocol’s names', async () => {
    const paper = { aestheticScore: 9, aestheticWeight: 0.5, deduplicate: true };
    await found(paper, 50);
    const { image: _image, ...parameters } = server.bodies[0];
    assert.deepEqual(parameters, {
      modality: 'image',
      num_images: 50,
      num_result_ids: 50,
      indice_name: 'laion5B',
      use_mclip: false,
      deduplicate: true,
      use_safety_model: false,
      use_violence_detector: false,
      aesthetic_score: 9,
      aesthetic_weight: 0.5,
    });
  });

  it('sends "" for aesthetics that are off, and an embedding of length 1 instead of the photograph', async () => {
    assert.equal((await found({ by: 'embedding' }))[0].id, '1');
    const { image, embedding_input, aesthetic_score, aesthetic_weight } = server.bodies[0];
    assert.deepEqual([image, aesthetic_score, aesthetic_weight], [undefined, '', '']);
    assert.ok(Math.abs(Math.hypot(...(embedding_input as number[])) - 1) < 1e-6);
  });

  it('asks and fetches once, again for other parameters, and all anew without the cache', async () => {
    const first = await found();
    assert.deepEqual(await found(), first);
    assert.deepEqual([server.bodies.length, server.fetched.length], [1, 2]);
    await found({ deduplicate: true });
    assert.deepEqual([server.bodies.length, server.fetched.length], [2, 2]);
    await found({ useCache: false });
    assert.deepEqual([server.bodies.length, server.fetched.length], [3, 4]);
  });

  it('does not ask more often than it may', async () => {
    const given = { url: server.url, index: 'x', requestsPerSecond: 20, privateHosts: ['127.0.0.1'] };
    const service = new ClipRetrieval(clipRetrieval.params.parse(given), join(folder(), 'kept'), 1);
    const options = { results: 1, useCache: true, signal: new AbortController().signal, progress: () => undefined };
    for (const blue of [1, 2, 3]) {
      await writeColour(photograph, 200, blue);
      await service.search({ file: photograph, embedding: new Float32Array(3) }, options);
    }
    await service.close();
    const [first, , third] = server.times;
    assert.ok(third - first >= 80, `three queries in ${third - first} ms`);
  });

  describe('from a service in trouble', () => {
    for (const [what, fault] of Object.entries({ busy: answers(429), failing: answers(503), cut: cuts })) {
      it(`that is ${what} in passing: it sends the query again`, async () => {
        server.faults.push(fault, fault);
        assert.equal((await found()).length, 2);
        assert.equal(server.bodies.length, 3);
      });
    }

    it('that is slow in passing: it sends the query again', async () => {
      server.faults.push(stalls);
      assert.equal((await found({ timeout: 0.5 })).length, 2);
    });

    const lasting: [string, Fault, string, number][] = [
      ['stays busy', answers(429), 'service-busy', 3],
      ['keeps failing', answers(500), 'service-trouble', 3],
      ['breaks off every time', cuts, 'service-unreachable', 3],
      ['never answers', stalls, 'service-stalled', 3],
      ['does not know the index', answers(404), 'service-refused', 1],
      ['redirects', answers(302, { location: '/elsewhere' }), 'service-refused', 1],
      ['answers with a web page', answers(200, {}, '<html><body>Log in</body></html>'), 'service-answer-invalid', 1],
      ...Object.entries(NO_HTTP).map(([what, bytes]): [string, Fault, string, number] => [
        what,
        raw(bytes),
        'service-unreachable',
        3,
      ]),
      ['answers with no list', says({ message: 'no such index' }), 'service-answer-invalid', 1],
      ['does not stop answering', floods, 'service-answer-too-large', 1],
      ['announces ten gigabytes', answers(200, { 'content-length': '10000000000' }), 'service-answer-too-large', 1],
    ];
    for (const [what, fault, code, requests] of lasting) {
      it(`that ${what}: ${code}, after ${requests} requests`, async () => {
        server.always = fault;
        const problem = await failure({ retries: 2, timeout: code === 'service-stalled' ? 0.2 : 20, megabytes: 1 });
        assert.equal(problem.code, code, problem.message);
        assert.match(problem.hint ?? '', /\S/);
        assert.equal(server.bodies.length, requests);
        server.always = undefined;
        assert.equal((await found()).length, 2, 'nothing of it is kept');
      });
    }

    it('that has moved: it says where to', async () => {
      for (const [location, named] of [
        ['/elsewhere?x=1', `${new URL(server.url).origin}/elsewhere?x=1`],
        ['https://engine.example/knn-service', 'https://engine.example/knn-service'],
      ]) {
        server.always = answers(302, { location });
        const { message, hint } = await failure();
        assert.ok(message.endsWith(`names ${named}`), message);
        assert.match(hint ?? '', /`url`/);
      }
    });

    it('that is not there: service-unreachable', async () => {
      const problem = await failure({ url: 'http://127.0.0.1:9/knn-service', retries: 0 });
      assert.equal(problem.code, 'service-unreachable');
    });

    it('is not waited for when the run is cancelled', async () => {
      const cancelling = new AbortController();
      server.always = (...args) => {
        stalls(...args);
        cancelling.abort();
      };
      await assert.rejects(search({}, cancelling.signal), { name: 'AbortError' });
    });
  });

  describe('with results that are not as they should be', () => {
    /** Codes of the results without an image, and the ids of those with one. */
    async function outcomes(hits: unknown[], more?: Record<string, unknown>): Promise<string[]> {
      server.always = says(hits);
      const images = await found(more, hits.length);
      return images.map(({ id, image }) => ('file' in image ? id : image.missing.code));
    }
    const hit = (url: string) => ({ id: url, similarity: 0.5, url });

    it('names those without a similarity, an image or an address', async () => {
      const broken = [
        { id: 1, similarity: null, url: server.imageUrl('red.png') },
        'result',
        { id: 3, similarity: 0.5 },
      ];
      assert.deepEqual(await outcomes([...broken, { id: 4, similarity: 0.4, url: server.imageUrl('red.png') }]), [
        ...Array(3).fill('result-unusable'),
        '4',
      ]);
    });

    it('takes what Python writes for no number as none, and ids of 64 bits by their digits', async () => {
      const url = JSON.stringify(server.imageUrl('red.png'));
      const ids = [
        '5846006548921974621',
        '-9223372036854775808',
        '18446744073709551615',
        '"NaN, 12345678901234567890 \\\\"',
        '7',
      ];
      const extras = ['NaN', 'Infinity', '-Infinity', '[NaN,NaN, {"a":Infinity}]', '1e999'];
      const rows = ids.map((id, n) => `{"id":${id},"extra":${extras[n]},"similarity":0.5,"url":${url}}`);
      for (const value of ['NaN', '-Infinity']) rows.push(`{"id": 8, "similarity": ${value}, "url": ${url}}`);
      server.always = answers(200, {}, `[${rows.join(',\n')}]`);
      const images = await found({}, rows.length);
      assert.deepEqual(
        images.map(({ id, image }) => ('file' in image ? id : image.missing.code)),
        [
          '5846006548921974621',
          '-9223372036854775808',
          '18446744073709551615',
          'NaN, 12345678901234567890 \\',
          '7',
          'result-unusable',
          'result-unusable',
        ],
      );
    });

    it('counts out an image from a host that does not speak HTTP, and keeps the others', async () => {
      for (const bytes of Object.values(NO_HTTP)) {
        const host = createServer((socket) => socket.on('error', () => undefined).end(bytes));
        await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
        const { port } = host.address() as AddressInfo;
        const hits = [hit(`http://127.0.0.1:${port}/x.png`), hit(server.imageUrl('red.png'))];
        assert.deepEqual(await outcomes(hits, { useCache: false }), [
          'result-image-missing',
          server.imageUrl('red.png'),
        ]);
        host.close();
      }
    });

    it('shows none of the photograph in what it says of an answer that is none', async () => {
      server.always = says({ image: 'iVBORw0KGgo'.repeat(30) });
      const { message } = await failure();
      assert.ok(!message.includes('iVBOR'), message);
    });

    it('takes each once, and no more than were asked for', async () => {
      const [red, blue] = [hit(server.imageUrl('red.png')), hit(server.imageUrl('blue.png'))];
      server.always = says([red, red, red, blue, hit('http://127.0.0.1/third')]);
      assert.deepEqual(
        (await found()).map(({ id }) => id),
        [red.id, blue.id],
      );
    });

    it('takes images that come with the answer, within limits', async () => {
      const inline = (name: string, bytes: Buffer) => {
        return { id: 7, image_path: name, similarity: 1, image: bytes.toString('base64') };
      };
      const hits = [inline('red', server.indexed[0].png), inline('none', Buffer.from('words'))];
      assert.deepEqual(await outcomes([...hits, inline('large', Buffer.alloc(2 ** 20 + 3))], { imageMegabytes: 1 }), [
        'red',
        'result-image-unreadable',
        'result-image-too-large',
      ]);
      assert.deepEqual(server.fetched, []);
    });

    const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const bad: [string, Fault, string][] = [
      ['is gone', answers(410), 'result-image-missing'],
      ['is cut', cuts, 'result-image-missing'],
      ['never comes', stalls, 'result-image-missing'],
      ['is a web page', answers(200, { 'content-type': 'image/png' }, '<html></html>'), 'result-image-unreadable'],
      ['is an SVG with a script', answers(200, { 'content-type': 'image/png' }, script), 'result-image-unreadable'],
      ['does not end', floods, 'result-image-too-large'],
      ['is said to be huge', answers(200, { 'content-length': '10000000000' }), 'result-image-too-large'],
      ['redirects for ever', answers(302, { location: '/images/red.png' }), 'result-image-missing'],
      ['redirects to a file', answers(302, { location: 'file:///etc/passwd' }), 'result-address-refused'],
      ['redirects to a private address', answers(302, { location: 'http://127.0.0.2/' }), 'result-address-refused'],
    ];
    for (const [what, fault, code] of bad) {
      it(`names an image that ${what}: ${code}`, async () => {
        server.images['red.png'] = fault;
        const hits = ['red.png', 'blue.png'].map((name) => hit(server.imageUrl(name)));
        assert.deepEqual(await outcomes(hits, { imageMegabytes: 1, imageTimeout: 0.5 }), [code, hits[1].id]);
      });
    }

    it('names an image of more pixels than a camera has', async () => {
      const size = [0xff, 0xff, 0xff, 0xff];
      const screen = [...Buffer.from('GIF89a'), ...size, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
      const bomb = Buffer.from([...screen, 0x2c, 0, 0, 0, 0, ...size, 0, 2, 2, 0x4c, 1, 0, 0x3b]);
      server.images['red.png'] = (response) => response.end(bomb);
      server.always = says([hit(server.imageUrl('red.png'))]);
      const [{ image }] = await found();
      assert.match('missing' in image ? image.missing.message : '', /more than the 300 million/);
    });

    it('asks no private address, however it is written, unless the user allows the host', async () => {
      const { port } = server;
      const hosts = ['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '0.0.0.0'];
      const away = [
        'http://10.0.0.1/',
        'http://169.254.169.254/',
        'http://[fd00::1]/',
        'data:image/png;base64,AA',
        '/x',
      ];
      const hits = [...hosts.map((host) => hit(server.imageUrl('red.png', host))), ...away.map(hit)];
      assert.deepEqual(await outcomes(hits, { privateHosts: [] }), Array(hits.length).fill('result-address-refused'));
      assert.deepEqual(server.fetched, []);
      const named = `http://localhost:${port}/images/red.png`;
      assert.deepEqual(await outcomes([hit(named)], { privateHosts: ['localhost'] }), [named]);
    });

    it('asks a dead address once, and one that was slow again', async () => {
      server.images['red.png'] = answers(404);
      server.images['blue.png'] = answers(503);
      const hits = ['red.png', 'blue.png'].map((name) => hit(server.imageUrl(name)));
      await outcomes(hits);
      await outcomes(hits);
      assert.deepEqual(server.fetched.sort(), ['/images/blue.png', '/images/blue.png', '/images/red.png']);
    });
  });
});
