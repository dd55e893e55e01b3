import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { didYouMean, nearest } from '../../experiment/checks/did-you-mean.js';
import { readTemplates } from '../../experiment/templates.js';
import { fail } from '../../protocol/errors.js';
import type { Template } from '../../protocol/lsp.js';
import { EXIT } from '../exit.js';
import { printProblem, say } from '../print.js';
import { textTable } from '../table.js';

/** A template goes by the name of its file. */
export function templateName({ fileName }: Template): string {
  return fileName.replace(/\.experiment\.yaml$/, '');
}

/** `lookalike init [TEMPLATE]`: writes a template into this folder, over nothing; without one it lists them. */
export async function init(name: string | undefined, { to }: { readonly to?: string }): Promise<number> {
  const templates = await readTemplates();
  if (name === undefined) {
    const rows = templates.map((template) => [templateName(template), template.description || template.name]);
    say(process.stdout, textTable(['template', 'what it is for'], rows));
    return EXIT.done;
  }
  const template = templates.find((one) => templateName(one) === name);
  if (!template) {
    const names = templates.map(templateName);
    const message = `There is no template ${name}${didYouMean(nearest(name, names))}`;
    return printProblem(
      fail('template-unknown', message, { hint: `There are ${names.join(', ')}.` }).problem,
      EXIT.usage,
    );
  }
  const file = to ?? join('.', template.fileName);
  try {
    await writeFile(file, template.text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const isThere = code === 'EEXIST';
    const problem = isThere
      ? fail('file-there', `${file} is there already`, { hint: 'Name another with --to, or remove it.' }).problem
      : fail('file-unwritable', `${file}: ${message}`).problem;
    return printProblem(problem, isThere ? EXIT.usage : EXIT.failed);
  }
  say(process.stdout, file);
  return EXIT.done;
}
