import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from 'vscode-languageserver-types';
import { URI } from 'vscode-uri';
import { ExperimentDocument } from '../../../server/src/language/document.js';
import { codeAction } from '../../../server/src/language/features/code-action.js';
import { createServices, type LanguageServices } from '../../../server/src/language/services.js';
import { diagnosticsOf, textAfter } from '../../support/quick-fixes.js';
import { patchwork, writeFaces } from '../../support/small-experiment.js';
import { plugins } from '../../support/spec-text.js';
import { newWorkspace } from '../../support/workspace.js';

const SLIPS = join(import.meta.dirname, '../../fixtures/slips');
/** A slip is put right when this many fixes, one after the other, leave the text that was meant. */
const MOST_FIXES = 8;

interface Mistake {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  readonly says: RegExp;
}

/** An experiment as a beginner wrote it, what is wrong with it, and what was meant where that is plain. */
interface Slip {
  readonly name: string;
  readonly text: string;
  readonly mistakes: readonly Mistake[];
  readonly meant?: string;
  /** A code of what is left to do in the text that was meant. */
  readonly left?: string;
}

/** `says:` lines are in the order of the `«code|…»` marks. */
function parseSlip(name: string, source: string): Slip {
  const [head, written, meant] = source.split(/^==== .*\n/m);
  const says = [...head.matchAll(/^says: (.*)$/gm)].map(([, words]) => new RegExp(words, 'is'));
  const [left] = [...head.matchAll(/^left: (.*)$/gm)].map(([, code]) => code);
  let text = '';
  const mistakes = written.split('«').flatMap((part, n): Omit<Mistake, 'says'>[] => {
    const [, code = '', inside = '', after = ''] =
      n === 0 ? ['', '', '', part] : (/^([\w-]+)\|([^»]*)»(.*)$/s.exec(part) ?? []);
    const start = text.length;
    text += inside + after;
    return n === 0 ? [] : [{ code, start, end: start + inside.length }];
  });
  assert.equal(says.length, mistakes.length, `${name}: a line "says:" for each mark`);
  return { name, text, meant, left, mistakes: mistakes.map((mistake, n) => ({ ...mistake, says: says[n] })) };
}

describe('Sixty files with a beginner’s slips', () => {
  let folder: string;
  let services: LanguageServices;
  let slips: Slip[];

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'data/lfw'), 3, 2);
    await mkdir(join(folder, 'cloaked/person-000'), { recursive: true });
    await writeFile(join(folder, 'cloaked/person-000/0_cloaked.png'), await patchwork(1e6, 7));
    services = createServices({ plugins, env: { FACES: join(folder, 'data') }, workspaceFolders: [folder] });
    const names = (await readdir(SLIPS)).sort();
    slips = await Promise.all(
      names.map(async (name) => parseSlip(name.replace('.txt', ''), await readFile(join(SLIPS, name), 'utf8'))),
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const open = (text: string) =>
    ExperimentDocument.open(URI.file(join(folder, 'slip.experiment.yaml')).toString(), 1, text, services);

  const found = (document: ExperimentDocument) => diagnosticsOf(document, services);

  /** The text after the first fix that is offered for the first diagnostic, and again until none is offered. */
  async function repaired({ text, left }: Slip): Promise<string> {
    let document = open(text);
    for (let n = 0; n < MOST_FIXES; n++) {
      const diagnostic = (await found(document)).find(({ code }) => code !== left);
      if (!diagnostic) return document.text;
      const context = { diagnostics: [diagnostic], only: ['quickfix'] };
      const [fix] = await codeAction(document, diagnostic.range, context, services);
      if (!fix?.edit?.changes) return document.text;
      document = open(textAfter(document, fix));
    }
    return document.text;
  }

  async function judge(slip: Slip) {
    const document = open(slip.text);
    const diagnostics = await found(document);
    const isAt = ({ range }: Diagnostic, { start, end }: Mistake) =>
      document.offsetAt(range.start) === start && document.offsetAt(range.end) === end;
    const has = (passes: (diagnostic: Diagnostic, mistake: Mistake) => boolean) =>
      slip.mistakes.every((mistake) =>
        diagnostics.some((diagnostic) => diagnostic.code === mistake.code && passes(diagnostic, mistake)),
      );
    return {
      message: has(({ message }, { says }) => says.test(String(message))),
      range: has(isAt),
      'one each': diagnostics.length === slip.mistakes.length,
      repaired: slip.meant !== undefined && (await repaired(slip)) === slip.meant,
    };
  }

  it('are sound when they say what was meant', async () => {
    assert.equal(slips.length, 60);
    for (const { name, meant, left } of slips) {
      if (meant === undefined) continue;
      const rest = (await found(open(meant))).filter(({ code }) => code !== left);
      assert.deepEqual(
        rest.map(({ message }) => message),
        [],
        name,
      );
    }
  });

  it('are told in their own words, at the place, once for each slip, with a fix', async () => {
    const judged = await Promise.all(slips.map(async (slip) => ({ ...(await judge(slip)), name: slip.name })));
    const least = { message: 57, range: 57, 'one each': 55, repaired: 45 };
    const rows = Object.entries(least).map(([what, wanted]) => {
      const missed = judged.filter((verdict) => !verdict[what as keyof typeof least]).map(({ name }) => name);
      console.log(`      ${what}: ${60 - missed.length} of 60${missed.length > 0 ? `, not ${missed.join(', ')}` : ''}`);
      return { what, wanted, right: 60 - missed.length };
    });
    for (const { what, wanted, right } of rows) assert.ok(right >= wanted, `${what}: ${right} of 60, not ${wanted}`);
  });
});
