import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CodeAction, CodeActionKind, TextDocumentEdit } from 'vscode-languageserver-types';
import { URI } from 'vscode-uri';
import { codeAction } from '../../../server/src/language/features/code-action.js';
import type { ServiceOptions } from '../../../server/src/language/services.js';
import { exampleResults } from '../../support/example-results.js';
import { knownRun } from '../../support/known-runs.js';
import { openMarked } from '../../support/marked-yaml.js';
import { diagnosticsOf, quickFixes, textAfter } from '../../support/quick-fixes.js';
import { newWorkspace } from '../../support/workspace.js';

async function refactorings(marked: string, options?: ServiceOptions) {
  const { document, services, cursor } = openMarked(marked, options);
  const context = { diagnostics: [], only: [CodeActionKind.Refactor] };
  return { document, actions: await codeAction(document, { start: cursor, end: cursor }, context, services) };
}

async function refactored(marked: string, title: string, options?: ServiceOptions): Promise<string | undefined> {
  const { document, actions } = await refactorings(marked, options);
  const found = actions.find((action) => action.title === title);
  return found && textAfter(document, found);
}

async function titles(marked: string, options?: ServiceOptions): Promise<string[]> {
  return (await refactorings(marked, options)).actions.map(({ title }) => title);
}

function fixAllOf(text: string) {
  const { document, services } = openMarked(text);
  const whole = document.range(0, text.length);
  return codeAction(document, whole, { diagnostics: [], only: [CodeActionKind.SourceFixAll] }, services);
}

describe('Code actions', () => {
  it('write a plugin’s name as a block, and a block that says no more by its name', async () => {
    const [long, short] = ['Write the plugin as a block', 'Write the plugin by its name'];
    assert.equal(await refactored('index: fl‸at # exact\n', long), 'index: {use: flat} # exact\n');
    assert.equal(await refactored('embed: {models: ["‸onnx"]}\n', long), 'embed: {models: [{use: "onnx"}]}\n');
    assert.equal(await refactored('index: {use‸: flat}\n', short), 'index: flat\n');
    assert.equal(
      await refactored('dataset:\r\n  use: synth‸etic\r\nname: x\r\n', short),
      'dataset:\r\n  synthetic\r\nname: x\r\n',
    );
    assert.equal(await refactored('index: {use‸: flat, metric: l2}\n', short), undefined);
    assert.equal(await refactored('name: fl‸at\n', long), undefined);
  });

  it('expect of later runs what the last one measured, no less of recognition and no more of a cloak', async () => {
    const text = `dataset: synthetic
embed: {models: [face-recog‸nition]}
accuracy:
poison: {fawkes: test/noise}
`;
    const runs = knownRun(exampleResults());
    const [{ top }] = exampleResults().accuracy ?? [];
    const line = `accuracy.face-recognition.top1 >= ${Math.floor((top[1].rate ?? 0) * 1000) / 10}%`;
    const plain = text.replace('‸', '');
    assert.equal(await refactored(text, `Expect ${line}`, { runs }), `${plain}expect:\n  - ${line}\n`);
    const more = text.replace('poison', 'expect: [images.total > 5]\npoison');
    const after = await refactored(more, `Expect ${line}`, { runs });
    assert.equal(after, more.replace('‸', '').replace(']\npoison', `, ${line}]\npoison`));
    assert.equal(await refactored(text, `Expect ${line}`), undefined);
    const cloaked = text.replace('‸', '').replace('fawkes:', 'faw‸kes:');
    assert.deepEqual(
      (await titles(cloaked, { runs })).filter((title) => title.startsWith('Expect')),
      [`Expect poison.fawkes.top1 <= ${Math.ceil((exampleResults().poison?.[0].top1 ?? 0) * 1000) / 10}%`],
    );
  });

  it('fix at once what is safe to fix, where that is asked for', async () => {
    const { document, services } = openMarked(
      '# faces\ndataset: {use: synthetic, seed: "7", sed: 1}\nexpect: [images.total => 5]\n',
    );
    const whole = document.range(0, document.text.length);
    const ask = (only?: CodeActionKind[]) => codeAction(document, whole, { diagnostics: [], only }, services);
    const [all, ...others] = await ask([CodeActionKind.SourceFixAll]);
    assert.deepEqual([others, await ask()].flat(), []);
    assert.equal(
      textAfter(document, all),
      '# faces\ndataset: {use: synthetic, seed: 7, sed: 1}\nexpect: [images.total >= 5]\n',
    );
  });

  it('fix all until nothing is left that is safe to fix', async () => {
    const before = '# lookalike-disable unknown-key, path-missing, stage-needs\ndataset: {use: synthetic, seed: "7"}\n';
    const [all] = await fixAllOf(before);
    const after = textAfter(openMarked(before).document, all);
    assert.equal(after, 'dataset: {use: synthetic, seed: 7}\n');
    assert.deepEqual(await fixAllOf(after), []);
  });

  it('know a diagnostic that comes back without its data', async () => {
    const { document, services } = openMarked('dataset: {use: synthetic, sed: 1}\n');
    const [{ data: _, ...bare }] = await diagnosticsOf(document, services);
    const actions = await codeAction(document, bare.range, { diagnostics: [bare] }, services);
    assert.deepEqual(
      actions.map(({ title, isPreferred }) => [title, isPreferred]),
      [
        ['Write "seed"', true],
        ['Remove "sed"', undefined],
      ],
    );
  });

  it('leave diagnostics of others alone', async () => {
    const { document, services } = openMarked('dataset: ⟦synthetic⟧\n');
    const range = document.range(9, 18);
    const diagnostics = [{ range, message: 'spelling', code: 'cspell' }];
    assert.deepEqual(await codeAction(document, range, { diagnostics, only: ['quickfix'] }, services), []);
  });

  describe('of a path that is not there', () => {
    const created = ({ edit }: CodeAction) =>
      (edit?.documentChanges ?? []).map((change) =>
        TextDocumentEdit.is(change)
          ? (change.edits[0] as { newText: string }).newText
          : 'uri' in change
            ? change.uri
            : '',
      );

    it('create the folder', async () => {
      const folder = await newWorkspace();
      const { document, services } = openMarked('dataset: {use: folder, root: a/b}\n', {
        file: join(folder, 'x.yaml'),
      });
      const [action] = await quickFixes(document, services, 'path-missing');
      assert.equal(action.title, `Create the folder ${join(folder, 'a/b')}`);
      assert.deepEqual(created(action), [URI.file(join(folder, 'a/b/.gitkeep')).toString()]);
    });

    it('create the file, with the columns that the experiment names', async () => {
      const folder = await newWorkspace();
      const text = 'dataset: {use: csv, file: t.csv, image: path, delimiter: ;}\n';
      const { document, services } = openMarked(text, { file: join(folder, 'x.yaml') });
      const [action] = await quickFixes(document, services, 'path-missing');
      assert.deepEqual(created(action), [URI.file(join(folder, 't.csv')).toString(), 'path;identity\n']);
    });

    it('make up no model, and put nothing in place of what is there', async () => {
      const folder = await newWorkspace();
      await mkdir(join(folder, 'models'));
      await writeFile(join(folder, 'faces'), '');
      const text =
        'dataset: {use: folder, root: faces}\nembed: {models: [{use: onnx, file: models}, {use: onnx, name: b, file: b.onnx}]}\naccuracy:\n';
      const { document, services } = openMarked(text, { file: join(folder, 'x.yaml') });
      for (const diagnostic of await diagnosticsOf(document, services)) {
        const actions = await codeAction(document, diagnostic.range, { diagnostics: [diagnostic] }, services);
        assert.deepEqual(
          actions.map(({ title }) => title),
          ['Disable path-missing in this line'],
        );
      }
    });
  });

  it('add a code to the comment that is there already', async () => {
    const text = '  # lookalike-disable unknown-key\ndataset: {use: folder, root: nowhere}\n';
    const { document, services } = openMarked(text);
    const [action] = (await quickFixes(document, services, 'path-missing')).slice(-1);
    assert.equal(textAfter(document, action), text.replace('unknown-key', 'unknown-key, path-missing'));
  });
});
