import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { command as perturbing } from '../perturbations/command.js';

export const command = definePlugin({
  family: 'countermeasure',
  name: 'command',
  version: 1,
  title: 'An outside tool, run on a folder of photographs',
  docs: `Runs a program, a purifier say, on copies of the photographs and takes what it writes, each at its photograph's own
size, into \`{output}\`, or beside the photographs. The program is given as a list of words and never meets a shell. It
runs with your rights, so a run needs your yes: \`--allow command\`.`,
  params: perturbing.params,
  example: '{use: command, run: [python3, purify.py, "{input}", "{output}"], pattern: "{stem}_purified.png"}',
  permission: () => 'command',
  async load({ run, pattern, batch, timeout, megabytes }, { folder }) {
    const { CommandPerturbation } = await import('../../compute/perturbations/command.js');
    const { USUAL_NAMES } = await import('../../compute/perturbations/perturbed-names.js');
    const patterns = pattern ? [pattern] : ['{stem}_purified.png', ...USUAL_NAMES];
    return ok(new CommandPerturbation({ run, patterns, batch, timeout, megabytes }, folder, '_countered.png'));
  },
});
