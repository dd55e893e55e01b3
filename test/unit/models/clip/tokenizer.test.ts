import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { ClipTokenizer } from '../../../../server/src/compute/clip/tokenizer.js';
import { plainTokens } from '../../../support/clip/plain-tokenizer.js';
import { learnVocabulary, tokenizerJson } from '../../../support/clip/tokenizer.js';
import { SeededNumbers } from '../../../support/onnx/tensor.js';
import { temporaryFolder } from '../../../support/run-folder.js';

const VOCABULARY = learnVocabulary();

const WRITTEN = [
  ...[
    '',
    ' ',
    'a',
    'A photo of a person with glasses.',
    'HELLO   World',
    "he's she'll they've don't I'm we'd",
    "it''s 'tis",
  ],
  ...['café', 'cafe\u0301', 'Ångström', 'naïve über Straße ẞ', 'İstanbul ıŞIK', 'ΑΣΤΡΟ ὈΔΥΣΣΕΑ', 'Ǆ ǅ ǆ'],
  ...[
    '😀',
    '👩‍👩‍👧‍👦 family',
    '🏳️‍🌈🇩🇪',
    'a😀b',
    '漢字とかな',
    '北京 2008',
    '한국어',
    'ไทย',
    'हिन्दी',
    'العربية 123',
    'עברית',
  ],
  ...[
    '1234567890',
    '½ ² Ⅷ ٣',
    'a1b2',
    '$9.99!!!',
    '...',
    '#hash_tag @me',
    '<b>html</b> &amp;',
    'tab\tnew\nline\r\n',
    '\u00a0nbsp\u2003em',
  ],
  ...[
    '—dash–',
    '“quotes” ‘single’',
    'x'.repeat(300),
    'word '.repeat(200),
    '\u200bzero\u200dwidth',
    'a\u0000b',
    '\ufeffbom',
    '’s ’t',
  ],
];
const ALPHABETS = [
  "abcdefgh 'srtdlvem",
  'ÀÉÎõüßçñ ',
  '的一是在不了有',
  '😀🎉👩‍🦰🇫🇷',
  '0123456789.,!?-',
  'photo of a person with glasses ',
];

/** Strings of mixed alphabets, words of the vocabulary among them. */
function drawn(count: number): string[] {
  const numbers = new SeededNumbers(77);
  const piece = () => numbers.pick([...numbers.pick(ALPHABETS)]);
  return Array.from({ length: count }, () => Array.from({ length: numbers.integer(1, 60) }, piece).join(''));
}

describe('The tokenizer of CLIP', () => {
  const folder = temporaryFolder();
  const texts = [...WRITTEN, ...drawn(1000 - WRITTEN.length)];
  let ours: ClipTokenizer;
  beforeEach(async () => {
    const file = join(folder(), 'tokenizer.json');
    await writeFile(file, tokenizerJson(VOCABULARY));
    const loaded = await ClipTokenizer.load(file);
    assert.ok(loaded.ok);
    ours = loaded.value;
  });

  it('equals the reference in Rust on 1,000 strings: emoji, accents, contractions, CJK, long ones', async () => {
    const reference = RustTokenizer.fromString(tokenizerJson(VOCABULARY));
    assert.equal(texts.length, 1000);
    for (const text of texts) {
      const expected = (await reference.encode(text)).getIds();
      assert.deepEqual(ours.encode(text, Infinity), expected, JSON.stringify(text));
    }
  });

  it('equals OpenAI’s rules in plain code on the same strings', () => {
    for (const text of texts) {
      assert.deepEqual(ours.encode(text, Infinity), plainTokens(text, VOCABULARY), JSON.stringify(text));
    }
  });

  it('lower-cases a sigma that ends a word as OpenAI’s Python does, where the reference in Rust does not', async () => {
    const tokens = ours.encode('ΟΔΟΣ');
    assert.deepEqual(tokens, plainTokens('ΟΔΟΣ', VOCABULARY));
    assert.notDeepEqual(tokens, (await RustTokenizer.fromString(tokenizerJson(VOCABULARY)).encode('ΟΔΟΣ')).getIds());
  });

  it('cuts a long text off before its end token', () => {
    const tokens = ours.encode('word '.repeat(200));
    assert.equal(tokens.length, 77);
    assert.equal(tokens.at(-1), VOCABULARY.ids.get('<|endoftext|>'));
  });
});
