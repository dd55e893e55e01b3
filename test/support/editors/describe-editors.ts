import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { newWorkspace } from '../workspace.js';

const ROOT = join(import.meta.dirname, '../../..');
const SCRIPTS = import.meta.dirname;

/** A typo, room for a section, a name in two places, and blanks that formatting takes away. */
const WRITTEN =
  'dataset: {use: synthetc,   images: 4}\nembed:\n  models: [{use: face-recognition, name: mine}]\nthreshold: {model: mine}\n';
const FIXED = WRITTEN.replace('synthetc', 'synthetic');
const RENAMED = FIXED.replaceAll('mine', 'faces');
const FORMATTED = RENAMED.replace(',   images', ', images');

/** What the script in the editor wrote down. */
interface Answer {
  readonly problem?: string;
  readonly diagnostics: readonly string[];
  readonly actions: readonly string[];
  readonly fixed: string;
  readonly completion: readonly string[];
  readonly renamed: string;
  readonly formatted: string;
  readonly filetype?: string;
  readonly expandtab?: boolean;
  readonly comment?: string;
  readonly mode?: string;
}

/** The first block of code below a heading of the page on editors: what a user is told to write. */
async function configurationOf(heading: string, language: string): Promise<string> {
  const page = await readFile(join(ROOT, 'docs/editors.md'), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const [, block] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(section) ?? [];
  assert.ok(block, `docs/editors.md has a block of ${language} below "${heading}"`);
  return block;
}

function isThere(program: string, ...more: string[]): boolean {
  return spawnSync(program, ['--version']).status === 0 && (more.length === 0 || spawnSync(program, more).status === 0);
}

interface Editor {
  readonly name: string;
  readonly program: string;
  readonly heading: string;
  readonly language: string;
  readonly args: readonly string[];
  /** What must succeed for the editor to be of use, beside its being there. */
  readonly needs: readonly string[];
}

const EDITORS: readonly Editor[] = [
  {
    name: 'Neovim',
    program: 'nvim',
    heading: 'Neovim 0.7',
    language: 'lua',
    args: ['--headless', '-u', 'NONE', '-i', 'NONE', '-c', 'filetype plugin on', '-c', `luafile ${SCRIPTS}/neovim.lua`],
    needs: [],
  },
  {
    name: 'Emacs',
    program: 'emacs',
    heading: 'Emacs',
    language: 'elisp',
    args: ['--batch', '--no-init-file', '--load', `${SCRIPTS}/emacs.el`],
    needs: ['--batch', '--no-init-file', '--eval', "(progn (package-initialize) (require 'eglot))"],
  },
];

/** Tests of each editor as its user sets it up by the page, with the command that is to be `lookalike` there. */
export function describeEditors(command: () => string): void {
  for (const { name, program, heading, language, args, needs } of EDITORS) {
    describe(`${name}, configured as docs/editors.md says`, () => {
      let folder: string;
      let answer: Answer;

      before(async function () {
        if (!isThere(program, ...needs)) {
          if (process.env.LOOKALIKE_REQUIRE_EDITORS) assert.fail(`${name} is not installed`);
          this.skip();
        }
        folder = await newWorkspace();
        await mkdir(join(folder, 'bin'));
        await symlink(command(), join(folder, 'bin/lookalike'));
        const file = join(folder, 'a.experiment.yaml');
        const config = join(folder, `config.${language}`);
        await writeFile(file, WRITTEN);
        await writeFile(config, await configurationOf(heading, language));
        const env = {
          ...process.env,
          HOME: folder,
          PATH: join(folder, 'bin') + delimiter + process.env.PATH,
          LOOKALIKE_CONFIG: config,
          LOOKALIKE_FILE: file,
          LOOKALIKE_ANSWER: join(folder, 'answer.json'),
        };
        await promisify(execFile)(program, args, { env, cwd: folder });
        answer = JSON.parse(await readFile(env.LOOKALIKE_ANSWER, 'utf8'));
      });
      after(() => (folder ? rm(folder, { recursive: true, force: true }) : undefined));

      it('attaches the server to an experiment', () => {
        assert.equal(answer.problem, undefined);
        if (answer.filetype) assert.deepEqual([answer.filetype, answer.expandtab], ['yaml.lookalike', true]);
        else assert.equal(answer.mode, 'lookalike-experiment-mode');
      });

      it('shows what is wrong', () => {
        assert.equal(answer.diagnostics.length, 1);
        assert.match(answer.diagnostics[0], /There is no dataset named "synthetc"; did you mean "synthetic"\?/);
      });

      it('puts it right', () => {
        assert.equal(answer.actions[0], 'Write "synthetic"');
        assert.equal(answer.fixed, FIXED);
      });

      it('completes', () => {
        for (const label of ['accuracy', 'retrieve']) assert.ok(answer.completion.includes(label), label);
      });

      it('renames', () => assert.equal(answer.renamed, RENAMED));

      it('formats', () => assert.equal(answer.formatted, FORMATTED));
    });
  }
}
