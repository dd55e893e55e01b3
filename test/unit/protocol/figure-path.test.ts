import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatPath, inShort, parsePath, readPath, writtenOut } from '../../../server/src/protocol/figure-path.js';

describe('The path of a figure or a key', () => {
  it('is segments between dots, one with a dot in quotes', () => {
    assert.deepEqual(parsePath('accuracy.face-recognition.top1'), ['accuracy', 'face-recognition', 'top1']);
    assert.deepEqual(parsePath('accuracy."acme.net".top1'), ['accuracy', 'acme.net', 'top1']);
    assert.deepEqual(parsePath('accuracy.vendor/é.top1'), ['accuracy', 'vendor/é', 'top1']);
  });

  it('has operating points, whose dot is no separator', () => {
    assert.deepEqual(parsePath('verification.m.tmr@0.001.rate'), ['verification', 'm', 'tmr@0.001', 'rate']);
    assert.deepEqual(parsePath('identification.m.fnir@1e-2'), ['identification', 'm', 'fnir@1e-2']);
    assert.deepEqual(parsePath('accuracy.m.top@5.hits'), ['accuracy', 'm', 'top@5', 'hits']);
  });

  it('is written in short and out again, an operating point in whatever way its number is written', () => {
    for (const path of [
      ['m', 'top', '5', 'hits'],
      ['m', 'at', '0.001', 'tmr', 'count'],
      ['m', 'at', '1e-7', 'tmr'],
    ]) {
      const [model, short, ...rest] = inShort(path, 1);
      assert.deepEqual([model, ...(writtenOut(short) ?? []), ...rest], path);
    }
    assert.deepEqual(writtenOut('tmr@1e-3'), ['at', '0.001', 'tmr']);
    assert.deepEqual(writtenOut('tmr@0.0010'), ['at', '0.001', 'tmr']);
    assert.deepEqual(
      [writtenOut('top@5'), writtenOut('cmc@10')],
      [
        ['top', '5'],
        ['cmc', '10'],
      ],
    );
    for (const word of ['top', 'topmost', 'tmr', 'tmr@', '@0.1', 'tmr@x', 'tmr@1e-', 'tmr@0.1.2']) {
      assert.equal(writtenOut(word), undefined, word);
    }
  });

  it('ends before what is no part of it, and knows where each segment stands', () => {
    const text = '  accuracy."a.b".top1 >= 85%';
    const path = readPath(text, 2);
    assert.deepEqual(
      path?.segments.map(({ start, end }) => text.slice(start, end)),
      ['accuracy', '"a.b"', 'top1'],
    );
    assert.equal(text.slice(path?.end), ' >= 85%');
  });

  for (const text of ['', '.', 'a.', '.a', 'a..b', '"a', 'a."b', '"a"b', 'a b', 'a=b']) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parsePath(text), undefined));
  }

  it('reads back as it was written, whatever its segments hold', () => {
    const odd = fc.constantFrom('.', '"', '\\', '@', '@0', '@0.5', '5', '=', ' ', '\n', 'é', '/', '+', '王', 'e-');
    const segment = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(odd).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
        assert.deepEqual(parsePath(formatPath(segments)), segments);
      }),
      { seed: 12, numRuns: 2000 },
    );
  });

  it('puts only what needs them into quotes', () => {
    assert.equal(formatPath(['embed', 'models', 0, 'a/b']), 'embed.models.0.a/b');
    assert.equal(
      formatPath(['transfer', 'fawkes+jpeg75', 'a.b', 'tmr@0.001']),
      'transfer.fawkes+jpeg75."a.b".tmr@0.001',
    );
  });
});
