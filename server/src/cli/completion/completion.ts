import type { Command } from 'commander';
import { readTemplates } from '../../experiment/templates.js';
import { EXIT } from '../exit.js';
import { templateName } from '../files/init.js';
import { bashScript } from './bash.js';
import { commandModels } from './command-model.js';
import { fishScript } from './fish.js';
import { zshScript } from './zsh.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `lookalike completion SHELL`: prints what makes a shell complete the command. */
export async function completion(shell: keyof typeof SCRIPTS, program: Command): Promise<number> {
  const templates = (await readTemplates()).map(templateName);
  process.stdout.write(SCRIPTS[shell](commandModels(program, templates)));
  return EXIT.done;
}
