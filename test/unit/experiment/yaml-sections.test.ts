import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Document, isMap, isNode, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import { SpecTree } from '../../../server/src/experiment/syntax/tree.js';
import { parseYaml } from '../../../server/src/experiment/syntax/yaml-sections.js';
import { FULL } from '../../support/full.js';
import { experimentTexts, randomDocument } from '../../support/random-documents.js';

const NUM_RUNS = FULL ? 20_000 : 150;

describe('A text that is parsed by its sections', () => {
  it('gives what the library gives for the whole, whatever the text', () => {
    fc.assert(
      fc.property(randomDocument(), (text) => assertAsWhole(text, parseYaml(text).document)),
      { numRuns: NUM_RUNS, seed: 4 },
    );
  });

  it('gives that after every edit, too', () => {
    const edit = fc.record({
      at: fc.nat(),
      removed: fc.nat(20),
      put: fc.constantFrom('', 'x', '\n', ': ', '"', '[', 'name: b\n'),
    });
    const edits = fc.tuple(fc.constantFrom(...experimentTexts().values()), fc.array(edit, { maxLength: 6 }));
    fc.assert(
      fc.property(edits, ([original, changes]) => {
        let text = original;
        let parsed = parseYaml(text);
        for (const { at, removed, put } of changes) {
          const offset = at % (text.length + 1);
          text = text.slice(0, offset) + put + text.slice(offset + removed);
          parsed = parseYaml(text, parsed.sections);
          assertAsWhole(text, parsed.document);
        }
      }),
      { numRuns: NUM_RUNS, seed: 4 },
    );
  });

  it('gives that after every edit of a long list, whose items are parsed one by one', () => {
    const items = [
      '- onnx\n',
      '- use: face-recognition\n      name: a\n      # said of it\n      minConfidence: 0.4\n',
      '- {use: onnx, file: "a.onnx"}\n\n',
      '- use: onnx # an encoder\n      docs: |\n        more\n        - and more\n',
      '- "in quotes,\n      and on"\n',
    ];
    const list = fc.array(fc.constantFrom(...items), { minLength: 60, maxLength: 70 });
    const around = fc.record({
      before: fc.constantFrom('', '  other: 1\n', '  # here they are\n'),
      after: fc.constantFrom('', '  other: 1\n', '# that is all\n'),
      next: fc.constantFrom('', 'index: flat\n'),
    });
    const edit = fc.record({
      at: fc.nat(),
      removed: fc.nat(20),
      put: fc.constantFrom(
        '',
        'x',
        '\n',
        ': ',
        '"',
        '[',
        '    - onnx\n',
        '  - a\n',
        '- ',
        '  ',
        '# ',
        '|',
        'name: b\n',
        '\r\n',
      ),
    });
    let taken = 0;
    const runs = Math.ceil(NUM_RUNS / 6);
    fc.assert(
      fc.property(list, around, fc.array(edit, { maxLength: 6 }), (written, { before, after, next }, changes) => {
        let text = `name: a\nembed:\n${before}  models:\n${written.map((item) => `    ${item}`).join('')}${after}${next}`;
        let parsed = parseYaml(text);
        let tree = SpecTree.parse(text);
        for (const { at, removed, put } of changes) {
          const offset = at % (text.length + 1);
          text = text.slice(0, offset) + put + text.slice(offset + removed);
          parsed = parseYaml(text, parsed.sections);
          tree = SpecTree.parse(text, tree);
          assert.equal(tree.isBroken, SpecTree.parse(text).isBroken, JSON.stringify(text));
          taken += parsed.sections.some(({ items }) => items) ? 1 : 0;
          assertAsWhole(text, parsed.document);
        }
      }),
      { numRuns: runs, seed: 4 },
    );
    assert.ok(taken > runs, `${taken} versions were parsed by items`);
  });

  it('takes over what stands before an edit, and copies what is moved by it', () => {
    const before = parseYaml('name: a\ndataset: synthetic\nembed: {models: [onnx]}\n');
    const after = parseYaml('name: a\ndataset: folder\nembed: {models: [onnx]}\n', before.sections);
    assert.equal(after.sections[0], before.sections[0]);
    assert.deepEqual(after.sections[2].map.range?.[0], 'name: a\ndataset: folder\n'.length);
    assert.deepEqual(before.sections[2].map.range?.[0], 'name: a\ndataset: synthetic\n'.length);
  });

  it('is parsed as a whole where one section refers to another', () => {
    assert.deepEqual(parseYaml('dataset: &faces synthetic\ngallery: *faces\n').sections, []);
  });
});

function assertAsWhole(text: string, document: Document): void {
  const whole = parseDocument(text, { prettyErrors: false, merge: true, logLevel: 'error', uniqueKeys: false });
  assert.deepEqual(faultOf(document), faultOf(whole), JSON.stringify(text));
  if (faultOf(whole)) return;
  assert.deepEqual(nodeShape(document.contents), nodeShape(whole.contents), JSON.stringify(text));
  assert.deepEqual(plainOf(document), plainOf(whole), JSON.stringify(text));
}

/** Or why it has none. */
function plainOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return String(error);
  }
}

/** The first one in the text, and where it begins: the library's guesses behind it are as good as another's. */
function faultOf({ errors }: Document): unknown {
  const [first] = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  return first && { code: first.code, message: first.message, begins: first.pos[0] };
}

/** All that is read of a node: comments are not, nor where what follows a value ends. */
function nodeShape(item: unknown): unknown {
  if (isPair(item)) return [nodeShape(item.key), nodeShape(item.value)];
  if (!isNode(item)) return item;
  const { tag } = item;
  const range = item.range?.slice(0, 2);
  if (isMap(item) || isSeq(item)) {
    return { kind: isMap(item) ? 'map' : 'seq', range, tag, flow: item.flow, items: item.items.map(nodeShape) };
  }
  if (!isScalar(item)) return { range };
  const { value, type, source } = item;
  // Each `<<` is a symbol of its own.
  return { range, tag, value: typeof value === 'symbol' ? value.description : value, type, source };
}
