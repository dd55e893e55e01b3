import assert from 'node:assert/strict';
import { DIAGNOSTIC_CODES } from '../../../../server/src/experiment/checks/diagnostics.js';
import { SpecTree } from '../../../../server/src/experiment/syntax/tree.js';
import { WITHOUT_FIX } from '../../../../server/src/language/fixes/table.js';
import { openMarked } from '../../../support/marked-yaml.js';
import { quickFixes, textAfter } from '../../../support/quick-fixes.js';
import { diagnose, unmark } from '../../../support/spec-text.js';
import { CASES } from '../../experiment/diagnostic-cases.js';

const SILENCES = /^Disable /;

/** A text, a diagnostic in it, and what the fix of that title makes of it. */
type Example = readonly [before: string, title: string, after: string];

const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  'yaml-syntax': [
    ['dataset: {use: synthetic\n', 'Close it with }', 'dataset: {use: synthetic}\n'],
    ['queries:\n\tseed: 3\ndataset: synthetic\n', 'Indent with blanks', 'queries:\n  seed: 3\ndataset: synthetic\n'],
    ['dataset: synthetic\ndataset: celeba\n', 'Remove the second one', 'dataset: synthetic\n'],
  ],
  'unsupported-version': [['version: 2\ndataset: synthetic\n', 'Write 1', 'version: 1\ndataset: synthetic\n']],
  'unknown-key': [
    ['"quieries": {}\r\ndataset: synthetic\r\n', 'Write "queries"', '"queries": {}\r\ndataset: synthetic\r\n'],
    ['dataset: {use: synthetic, 😀: 1, seed: 2}\n', 'Remove "😀"', 'dataset: {use: synthetic, seed: 2}\n'],
    ['dataset:\n  rot: x # why\n  use: synthetic\n', 'Remove "rot"', 'dataset:\n  use: synthetic\n'],
  ],
  'wrong-type': [
    ['dataset: {use: synthetic, seed: "7"}\n', 'Write it without quotes', 'dataset: {use: synthetic, seed: 7}\n'],
    [
      'dataset: synthetic\nexpect: images.total > 5\n',
      'Make it a list',
      'dataset: synthetic\nexpect: [images.total > 5]\n',
    ],
  ],
  'out-of-range': [
    ['dataset: {use: synthetic, size: 9000}\n', 'Write 1024', 'dataset: {use: synthetic, size: 1024}\n'],
    ['dataset: {use: synthetic, size: 9000}\n', 'Write 224', 'dataset: {use: synthetic, size: 224}\n'],
  ],
  'invalid-value': [
    [
      'dataset: synthetic\npoison: {my noise: test/noise}\n',
      'Write "my-noise"',
      'dataset: synthetic\npoison: {my-noise: test/noise}\n',
    ],
  ],
  'unknown-plugin': [["dataset: 'synthtic'\n", 'Write "synthetic"', "dataset: 'synthetic'\n"]],
  'duplicate-name': [
    [
      'dataset: synthetic\nembed:\n  models:\n    - face-recognition\n    - face-recognition\n',
      'Name it "face-recognition-2"',
      'dataset: synthetic\nembed:\n  models:\n    - face-recognition\n    - {use: face-recognition, name: face-recognition-2}\n',
    ],
    [
      'dataset: synthetic\nembed:\n  models: [face-recognition, face-recognition]\n',
      'Remove the second one',
      'dataset: synthetic\nembed:\n  models: [face-recognition]\n',
    ],
  ],
  'reserved-name': [
    [
      'dataset: synthetic\npoison: {all: test/noise}\n',
      'Name it "all-2"',
      'dataset: synthetic\npoison: {all-2: test/noise}\n',
    ],
  ],
  'missing-key': [
    [
      '{embed: {models: [face-recognition]}}\n',
      'Add "dataset"',
      '{dataset: {use: synthetic, identities: 40, images: 6}, embed: {models: [face-recognition]}}\n',
    ],
    [
      '# faces\nembed: {models: [face-recognition]}\n',
      'Add "dataset"',
      '# faces\ndataset:\n  use: synthetic\n  identities: 40\n  images: 6\nembed: {models: [face-recognition]}\n',
    ],
    [
      'name: x\nembed: {models: [face-recognition]}\n',
      'Add "dataset"',
      'name: x\ndataset:\n  use: synthetic\n  identities: 40\n  images: 6\nembed: {models: [face-recognition]}\n',
    ],
    [
      'dataset: synthetic\nembed: # why\n',
      'Add "models"',
      'dataset: synthetic\nembed: # why\n  models:\n    - face-recognition\n',
    ],
    ['dataset: folder\n', 'Add "root": ~/data/vggface2', 'dataset: {use: folder, root: ~/data/vggface2}\n'],
    ['dataset: {root: .}\n', 'Add "use": folder', 'dataset: {root: ., use: folder}\n'],
  ],
  'stage-needs': [
    [
      '{accuracy: {top: [1]}, dataset: synthetic}\n',
      'Add "embed"',
      '{accuracy: {top: [1]}, dataset: synthetic, embed: {models: [face-recognition]}}\n',
    ],
    [
      'dataset: synthetic\r\naccuracy:\r\n',
      'Add "embed"',
      'dataset: synthetic\r\nembed:\r\n  models:\r\n    - face-recognition\r\naccuracy:\r\n',
    ],
  ],
  'unknown-model': [
    [
      'dataset: synthetic\nembed: {models: [face-recognition]}\nthreshold: {model: face-recogniton}\n',
      'Write "face-recognition"',
      'dataset: synthetic\nembed: {models: [face-recognition]}\nthreshold: {model: face-recognition}\n',
    ],
  ],
  'unknown-perturbation': [
    [
      'dataset: synthetic\npoison: {cloak: fawkes, noise: {use: noise, like: cloack}}\n',
      'Write "cloak"',
      'dataset: synthetic\npoison: {cloak: fawkes, noise: {use: noise, like: cloak}}\n',
    ],
  ],
  'expect-unknown-metric': [
    [
      'dataset: synthetic\nembed: {models: [face-recognition]}\naccuracy:\nexpect: ["acuracy.face-recognition.top1 > 1%"]\n',
      'Write accuracy.face-recognition.top1',
      'dataset: synthetic\nembed: {models: [face-recognition]}\naccuracy:\nexpect: ["accuracy.face-recognition.top1 > 1%"]\n',
    ],
  ],
  'files-unfit': [
    [
      'dataset: {use: csv, file: ../fixtures/faces.csv, image: "pth"}\n',
      'Write "path"',
      'dataset: {use: csv, file: ../fixtures/faces.csv, image: "path"}\n',
    ],
  ],
  'index-unfit': [
    [
      'dataset: synthetic\nembed: {models: [face-recognition]}\nindex: {use: flat, metric: ip}\naccuracy:\n',
      'Write l2',
      'dataset: synthetic\nembed: {models: [face-recognition]}\nindex: {use: flat, metric: l2}\naccuracy:\n',
    ],
  ],
  'selection-unfit': [
    [
      'dataset: synthetic\nqueries: {sample: 9000, seed: 2}\n',
      'Query every image',
      'dataset: synthetic\nqueries: {seed: 2}\n',
    ],
  ],
  'expect-syntax': [
    [
      'dataset: synthetic\nexpect: ["images.total => 5"]\n',
      'Write images.total >= 5',
      'dataset: synthetic\nexpect: ["images.total >= 5"]\n',
    ],
    ['dataset: synthetic\nexpect:\n  - many\n', 'Remove the expectation', 'dataset: synthetic\nexpect:\n'],
  ],
  'unused-section': [
    [
      'dataset: synthetic\n# why\ngallery:\n  use: synthetic # not\n\nname: x\n',
      'Remove "gallery"',
      'dataset: synthetic\n# why\n\nname: x\n',
    ],
  ],
  'disable-unknown': [
    [
      '# lookalike-disable unknown-kee\ndataset: synthetic\n',
      'Write "unknown-key"',
      '# lookalike-disable unknown-key\ndataset: synthetic\n',
    ],
  ],
  'disable-unused': [
    [
      'name: x # lookalike-disable unknown-key\ndataset: synthetic\n',
      'Remove the comment',
      'name: x\ndataset: synthetic\n',
    ],
    ['# lookalike-disable unknown-key\ndataset: synthetic\n', 'Remove the comment', 'dataset: synthetic\n'],
    [
      '# lookalike-disable unknown-key, path-missing\ndataset: {use: folder, root: x}\n',
      'Remove unknown-key from the comment',
      '# lookalike-disable path-missing\ndataset: {use: folder, root: x}\n',
    ],
  ],
};

async function actionsFor(text: string, code: string) {
  const { document, services } = openMarked(text);
  const actions = await quickFixes(document, services, code);
  return actions.map((action) => ({ action, text: action.edit?.changes ? textAfter(document, action) : undefined }));
}

describe('Quick fixes', () => {
  for (const [code, examples] of Object.entries(EXAMPLES)) {
    for (const [before, title, after] of examples) {
      it(`of ${code}: ${title}`, async () => {
        const actions = await actionsFor(before, code);
        const found = actions.find(({ action }) => action.title === title);
        assert.ok(found, `there are: ${actions.map(({ action }) => action.title).join(' · ')}`);
        assert.equal(found.text, after);
      });
    }
  }

  for (const [code, cases] of Object.entries(CASES)) {
    if (code in WITHOUT_FIX) continue;
    it(`remove ${code} when they are applied, whichever is chosen`, async () => {
      let fixes = 0;
      for (const { faulty, set } of cases) {
        if (set) continue;
        const { text } = unmark(faulty);
        const count = (diagnostics: { code: string }[]) => diagnostics.filter((one) => one.code === code).length;
        const before = count(await diagnose(text));
        for (const { action, text: after } of await actionsFor(text, code)) {
          if (after === undefined) fixes += (action.edit?.documentChanges ?? action.command) ? 1 : 0;
          else {
            assert.ok(count(await diagnose(after)) < before, `${action.title}:\n${after}`);
            assert.deepEqual(code === 'yaml-syntax' ? [] : SpecTree.parse(after).problems, [], after);
            fixes += SILENCES.test(action.title) ? 0 : 1;
          }
        }
      }
      assert.ok(fixes > 0, 'there is no fix but silencing it');
    });
  }

  it('are there for every code, or it is said why not', () => {
    const known = [...Object.keys(CASES)];
    for (const code of Object.keys(DIAGNOSTIC_CODES)) assert.ok(known.includes(code) || code in WITHOUT_FIX, code);
    for (const why of Object.values(WITHOUT_FIX)) assert.match(why, /\.$/);
  });
});
