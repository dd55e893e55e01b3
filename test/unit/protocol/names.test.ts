import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatPath, parsePath } from '../../../server/src/protocol/figure-path.js';
import { findNamed, nameSchema } from '../../../server/src/protocol/names.js';
import { fileNameOf } from '../../../server/src/store/file-names.js';
import { neighbourFile, recordedFile } from '../../../server/src/store/run-folder/neighbour-files.js';

/** Names that are odd and allowed. */
const name = fc
  .oneof(
    fc.constantFrom(
      'a/b',
      'a.b',
      'é',
      'acme.net/x-1',
      'con',
      'NUL',
      '%41',
      '..',
      '王/試験',
      'm-lk',
      'lk-original',
      '-',
    ),
    fc
      .array(fc.constantFrom('-', '.', '/', '%', '~', 'a', 'B', 'é', '\\', ':', '2D'), { minLength: 1 })
      .map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
  )
  .filter((text) => nameSchema.safeParse(text).success);

describe('The name of a model or a perturbation', () => {
  for (const good of ['a/b', 'a.b', 'é', 'clip-vit-l-14', '王', 'a:b', '50%']) {
    it(`may be ${good}`, () => assert.equal(nameSchema.parse(good), good));
  }

  for (const bad of [
    '',
    'a b',
    'a\tb',
    'a\u00a0b',
    'a\u0007',
    'a\u200bb',
    'say"',
    'top@1',
    'a+b',
    'e\u0301',
    'x'.repeat(101),
  ]) {
    it(`is not ${JSON.stringify(bad)}`, () => assert.equal(nameSchema.safeParse(bad).success, false));
  }

  it('says how a decomposed one is written', () => {
    assert.match(nameSchema.safeParse('e\u0301').error?.issues[0].message ?? '', /NFC.*"é"/);
  });

  it('is a segment of a path, whatever it is', () => {
    fc.assert(
      fc.property(name, (one) =>
        assert.deepEqual(parsePath(formatPath(['accuracy', one, 'top1'])), ['accuracy', one, 'top1']),
      ),
      { seed: 3, numRuns: 1000 },
    );
  });

  it('is found by its older form, but never instead of one that is called so', () => {
    const models = [{ name: 'a/b' }, { name: 'c-d' }];
    const found = (list: typeof models, asked: string) => findNamed(list, (model) => model.name, asked)?.name;
    assert.deepEqual(
      ['a/b', 'a-b', 'c-d', 'c/d', 'x'].map((asked) => found(models, asked)),
      ['a/b', 'a/b', 'c-d', 'c-d', undefined],
    );
    assert.equal(found([{ name: 'a/b' }, { name: 'a-b' }], 'a-b'), 'a-b');
  });
});

describe('A name in a file’s name', () => {
  it('stays as it is where it is plain', () => {
    assert.equal(fileNameOf('face-recognition'), 'face-recognition');
    assert.equal(neighbourFile({ model: 'face-recognition', version: 'fawkes' }), 'neighbours-face-recognition-fawkes');
    assert.equal(fileNameOf('acme.net/é'), 'acme%2Enet%2F%C3%A9');
  });

  it('is one that every file system takes, and that leads nowhere', () => {
    fc.assert(
      fc.property(name, (one) => {
        assert.match(fileNameOf(one), /^[\w%~-]{1,80}$/);
        assert.doesNotMatch(fileNameOf(one), /^(con|prn|aux|nul|com\d|lpt\d)$/i);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  it('never meets another one, nor do those of two searches', () => {
    const pair = fc.tuple(name, name);
    fc.assert(
      fc.property(pair, pair, ([model, version], [other, another]) => {
        fc.pre(model !== other || version !== another);
        if (model !== other) assert.notEqual(fileNameOf(model), fileNameOf(other));
        assert.notEqual(neighbourFile({ model, version }), neighbourFile({ model: other, version: another }));
      }),
      { seed: 10, numRuns: 5000 },
    );
    const [a, b] = [
      { model: 'm', version: 'lk-original' },
      { model: 'm-lk', version: 'original' },
    ];
    assert.notEqual(neighbourFile(a), neighbourFile(b));
  });

  it('is the older one for a record that names none', () => {
    assert.equal(recordedFile({ model: 'm', version: 'lk-original' }), 'neighbours-m-lk-original');
    assert.equal(recordedFile({ model: 'm', version: 'x', neighbours: 'neighbours-y' }), 'neighbours-y');
  });
});
