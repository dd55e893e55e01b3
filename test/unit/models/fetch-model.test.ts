import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FetchOptions, fetchModel } from '../../../server/src/hub/fetch-model.js';
import { LOCK_NAME } from '../../../server/src/hub/lock-file.js';
import type { Problem } from '../../../server/src/protocol/errors.js';
import { immichRepository, xenovaRepository } from '../../support/clip/exports.js';
import { tinyText, tinyVision } from '../../support/clip/shapes.js';
import { learnVocabulary, tokenizerJson } from '../../support/clip/tokenizer.js';
import { announces, answers, cuts, etagOf, HubServer, stalls } from '../../support/hub-server.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { TunnelProxy } from '../../support/tunnel-proxy.js';

const VOCABULARY = learnVocabulary();
const SHAPES = [tinyVision(16), tinyText(16, VOCABULARY.ids.size), tokenizerJson(VOCABULARY)] as const;
const REPOSITORY = xenovaRepository(...SHAPES);
const IMAGE = 'onnx/vision_model.onnx';

describe('Fetching a model', () => {
  const folder = temporaryFolder();
  let hub: HubServer;
  beforeEach(async () => {
    hub = await HubServer.start(REPOSITORY);
  });
  afterEach(() => hub.stop());

  function fetchImage(options: Partial<FetchOptions> = {}) {
    return fetchModel({
      repository: 'somebody/clip',
      files: [IMAGE],
      folder: folder(),
      hub: hub.url,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      patience: 300,
      pause: 1,
      retries: 2,
      ...options,
    });
  }

  async function fetched(options?: Partial<FetchOptions>) {
    const result = await fetchImage(options);
    assert.ok(result.ok, JSON.stringify(result));
    return result.value;
  }

  async function refused(options?: Partial<FetchOptions>): Promise<Problem> {
    const result = await fetchImage(options);
    assert.ok(!result.ok);
    assert.ok(result.problem.hint);
    return result.problem;
  }

  const names = async () => (await readdir(join(folder(), 'onnx')).catch(() => [])).sort();
  const ranges = () => hub.received.map(({ headers }) => headers.range);

  async function assertWhole(file = IMAGE): Promise<void> {
    assert.ok((await readFile(join(folder(), file))).equals(Buffer.from(hub.repository[file])), file);
    assert.deepEqual(
      (await names()).filter((name) => name.includes('.part')),
      [],
    );
  }

  describe('that goes well', () => {
    it('writes down the checksum of every file, and asks for nothing the second time', async () => {
      const files = [IMAGE, 'onnx/text_model.onnx', 'tokenizer.json'];
      assert.deepEqual(
        (await fetched({ files })).map(({ file, wasThere }) => [file, wasThere]),
        files.map((file) => [file, false]),
      );
      await assertWhole();
      const lock = JSON.parse(await readFile(join(folder(), LOCK_NAME), 'utf8'));
      assert.equal(`"${lock.files[IMAGE].sha256}"`, etagOf(Buffer.from(REPOSITORY[IMAGE])));
      assert.ok((await fetched({ files })).every(({ wasThere }) => wasThere));
      assert.equal(hub.received.length, files.length);
    });

    it('brings the weights that a model keeps in another file, under the name it gives them', async () => {
      hub.repository = immichRepository(...SHAPES);
      const result = await fetched({ files: ['visual/model.onnx'] });
      const weights = result[1].file;
      assert.match(weights, /^visual\/[0-9a-f-]{36}$/);
      await assertWhole(weights);
    });

    it('reports bytes as they come', async () => {
      const seen: [number, number | undefined][] = [];
      await fetched({ onProgress: (_, done, total) => seen.push([done, total]) });
      const size = REPOSITORY[IMAGE].length;
      assert.deepEqual(seen.at(-1), [size, size]);
    });

    it('restores a file that was damaged since', async () => {
      await fetched();
      await appendFile(join(folder(), IMAGE), 'x');
      assert.equal((await fetched())[0].wasThere, false);
      await assertWhole();
    });

    it('is asked for at a mirror, which is not shown the token', async () => {
      const mirror = await HubServer.start(REPOSITORY);
      await fetched({ mirror: new URL('/some/where', mirror.url), token: 'secret' });
      await mirror.stop();
      assert.equal(hub.received.length, 0);
      assert.equal(mirror.received[0].headers.authorization, undefined);
    });

    it('goes by way of the proxy that the environment names', async () => {
      const proxy = await TunnelProxy.start(hub.url);
      process.env.http_proxy = proxy.url.href;
      try {
        await fetched({ hub: new URL('http://hub.invalid:80') });
      } finally {
        delete process.env.http_proxy;
        await proxy.stop();
      }
      assert.deepEqual(proxy.asked, ['hub.invalid:80']);
    });

    it('follows a redirect to another host without the token', async () => {
      const store = await HubServer.start(REPOSITORY);
      hub.always = answers(302, { location: `${store.url}resolve/main/${IMAGE}` });
      await fetched({ token: 'secret' });
      await store.stop();
      assert.equal(hub.received[0].headers.authorization, 'Bearer secret');
      assert.equal(store.received[0].headers.authorization, undefined);
      await assertWhole();
    });
  });

  describe('that is disturbed goes on where it was', () => {
    for (const [what, fault] of Object.entries({ stalls, 'cuts the connection': cuts })) {
      it(`when the server ${what}`, async () => {
        hub.faults.push(fault, fault);
        await fetched();
        assert.match(ranges()[1] ?? '', /^bytes=\d{3,}-$/);
        await assertWhole();
      });
    }

    it('when it was stopped: what came is kept under another name, and the next command goes on', async () => {
      const stop = new AbortController();
      hub.faults.push(stalls);
      const { code } = await refused({ signal: stop.signal, onProgress: () => stop.abort() });
      assert.equal(code, 'cancelled');
      assert.deepEqual(await names(), ['vision_model.onnx.part', 'vision_model.onnx.part.etag']);
      await fetched();
      assert.match(ranges().at(-1) ?? '', /^bytes=\d{3,}-$/);
      await assertWhole();
    });

    it('but from the start where the file has changed since', async () => {
      hub.faults.push(cuts);
      await refused({ retries: 0, files: [IMAGE] });
      hub.repository = { ...REPOSITORY, [IMAGE]: REPOSITORY['onnx/text_model.onnx'] };
      await fetched();
      await assertWhole();
    });

    it('and from the start where the server knows no ranges', async () => {
      hub.faults.push(cuts, (response, content) => response.writeHead(200).end(content));
      await fetched();
      await assertWhole();
    });

    it('when the server has too much to do, after as long as it asks for', async () => {
      hub.faults.push(answers(429, { 'retry-after': '0' }), answers(503));
      await fetched();
      assert.equal(hub.received.length, 3);
    });
  });

  describe('that fails says why, and leaves no file that could be taken for the model,', () => {
    afterEach(async () =>
      assert.deepEqual(
        (await names()).filter((name) => !name.includes('.part')),
        [],
      ),
    );

    const answered: Record<
      string,
      { fault: Parameters<typeof answers>; code: string; hint: RegExp; requests: number }
    > = {
      'at 401': { fault: [401], code: 'hub-unauthorised', hint: /HF_TOKEN/, requests: 1 },
      'at 403': { fault: [403], code: 'hub-unauthorised', hint: /HF_TOKEN/, requests: 1 },
      'at 404': { fault: [404], code: 'hub-not-found', hint: /mirror/, requests: 1 },
      'at 418': { fault: [418], code: 'hub-refused', hint: /later/, requests: 1 },
      'at 429, again and again': {
        fault: [429, { 'retry-after': '0' }],
        code: 'hub-busy',
        hint: /HF_TOKEN/,
        requests: 3,
      },
      'at 500, again and again': { fault: [500], code: 'hub-trouble', hint: /later/, requests: 3 },
      'at a web page': {
        fault: [200, { 'content-type': 'text/html; charset=utf-8' }, '<html>Log in</html>'],
        code: 'download-page',
        hint: /login/,
        requests: 1,
      },
      'at a page without a type': { fault: [200, {}, '<html>'], code: 'download-invalid', hint: /mirror/, requests: 1 },
      'at redirects without end': {
        fault: [302, { location: '/again' }],
        code: 'hub-redirects',
        hint: /mirror/,
        requests: 6,
      },
      'at a redirect to a file': {
        fault: [302, { location: 'file:///etc/passwd' }],
        code: 'hub-redirects',
        hint: /mirror/,
        requests: 1,
      },
    };
    for (const [when, { fault, code, hint, requests }] of Object.entries(answered)) {
      it(when, async () => {
        hub.always = answers(...fault);
        const problem = await refused({ token: 'not-good-enough' });
        assert.equal(problem.code, code);
        assert.match(problem.hint ?? '', hint);
        assert.equal(hub.received.length, requests);
      });
    }

    it('at a server that announces more than it sends', async () => {
      hub.always = announces((actual) => actual + 1000);
      assert.equal((await refused()).code, 'download-cut');
    });

    it('at one that announces less', async () => {
      hub.always = announces((actual) => actual - 1000);
      assert.match((await refused()).code, /^download-(invalid|cut)$/);
    });

    it('at one that announces more than the disk has, before a byte of it is written', async () => {
      hub.always = announces(() => 2 ** 52);
      assert.equal((await refused()).code, 'disk-full');
      assert.equal((await readFile(join(folder(), `${IMAGE}.part`))).length, 0);
    });

    it('at one that never answers', async () => {
      hub.always = () => undefined;
      assert.equal((await refused({ retries: 0 })).code, 'download-stalled');
    });

    it('where nobody listens', async () => {
      const gone = await HubServer.start();
      const { url } = gone;
      await gone.stop();
      const problem = await refused({ hub: url });
      assert.equal(problem.code, 'hub-unreachable');
      assert.match(problem.hint ?? '', /HTTPS_PROXY/);
    });

    it('where the content is not what the hub says that it is', async () => {
      hub.always = (response, content) =>
        response.writeHead(200, { 'x-linked-etag': `"${'0'.repeat(64)}"` }).end(content);
      assert.equal((await refused()).code, 'download-damaged');
    });
  });

  it('whose file has changed since it was first fetched is refused, and what is there stays', async () => {
    await fetched();
    await writeFile(join(folder(), IMAGE), 'damaged');
    hub.repository = { ...REPOSITORY, [IMAGE]: REPOSITORY['onnx/text_model.onnx'] };
    const problem = await refused();
    assert.equal(problem.code, 'checksum-changed');
    assert.match(problem.hint ?? '', new RegExp(LOCK_NAME));
    assert.equal(await readFile(join(folder(), IMAGE), 'utf8'), 'damaged');
  });
});
