import { availableParallelism } from 'node:os';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { EXIT } from './cli/exit.js';
import { setVerbosity } from './cli/print.js';
import { declareRuns } from './cli/runs/declare.js';
import { DEVICES, EXPORT_FORMATS, PERMISSIONS } from './protocol/choices.js';
import { PAPER_FONTS, PAPER_THEMES, PAPER_WIDTH_WORDS, paperSize } from './protocol/images/paper-figure.js';
import type { Permission } from './protocol/problem.js';
import { STAGE_NAMES } from './stages/stage-names.js';

const collect = (value: string, before: string[]) => [...before, value];

/** As people write it: `0x50` and `1e1` are more likely slips. */
function wholeNumber(value: string, least: number, most: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
}

const threadCount = (value: string) => wholeNumber(value, 1, 1024);
const rowLimit = (value: string) => wholeNumber(value, 0, 1e9);
const shardNumber = (value: string) => wholeNumber(value, 0, 1e9);
const shardCount = (value: string) => wholeNumber(value, 1, 1e9);
function figureWidth(value: string): string {
  if (paperSize(value)) return value;
  throw new InvalidArgumentError(`It must be ${PAPER_WIDTH_WORDS}.`);
}

const portNumber = (value: string) => wholeNumber(value, 0, 65_535);

function permissions(value: string, before: readonly Permission[]): Permission[] {
  const given = value.split(',').map((word) => PERMISSIONS.find((one) => one === word));
  if (given.includes(undefined)) throw new InvalidArgumentError(`It is a list of ${PERMISSIONS.join(', ')}.`);
  return [...before, ...given.filter((one) => one !== undefined)];
}

function withExperiment(command: Command): Command {
  return command
    .option('--set <key.path=value>', 'override a value of the file (repeatable)', collect, [])
    .option('--variant <path=value>', 'of a matrix, the variants with this value (repeatable: and)', collect, [])
    .option('--plugin <file>', 'load a third party’s plugin module (repeatable)', collect, []);
}

/** How a run is made, whatever it is of. */
function withRunOptions(command: Command): Command {
  return withExperiment(command)
    .option('--out <dir>', 'put the run here instead of into .lookalike/runs')
    .option('--jobs <count>', 'variants that run at once; they take turns at what uses every core', threadCount, 1)
    .option('--json', 'print results.json, and nothing else, on standard output; of a matrix, one document of them all')
    .option('--html', 'write report.html into the run’s folder')
    .option('--no-cache', 'compute everything anew; the cache is written and never read')
    .addOption(
      new Option('--progress <style>', 'how to show progress').choices(['auto', 'json', 'none']).default('auto'),
    )
    .option('--threads <count>', 'cores to compute with', threadCount)
    .addOption(onDevice())
    .option('--executor <name>', 'what computes: local, slurm, manual; results are the same', 'local')
    .option('--executor-set <key=value>', 'a setting of the executor (repeatable): partition=gpu', collect, [])
    .option('--allow <what>', 'say yes to what leaves this process: remote,command', permissions, []);
}

/** Exactness of search is proved for the CPU's arithmetic, so that all else stays there. */
function onDevice(): Option {
  return new Option('--device <name>', 'what the encoders of onnx and clip-* compute on; all else is the CPU’s')
    .choices(DEVICES)
    .default('cpu');
}

/** A command's work gives the exit code; one that throws has a bug. Its code is loaded when it is asked for. */
async function exitWith(work: Promise<number> | number): Promise<void> {
  process.exitCode = await work;
}

function program(): Command {
  const lookalike = new Command('lookalike')
    .description('Face-retrieval experiments from one YAML file')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(lookalike help lists the commands)')
    .helpCommand(false);

  lookalike
    .command('help')
    .description('describe a command, or list them all')
    .argument('[command...]')
    .action((names: string[]) => {
      const command = names.reduce<Command | undefined>(
        (at, name) => at?.commands.find((one) => one.name() === name),
        lookalike,
      );
      if (!command)
        lookalike.error(`error: unknown command '${names.join(' ')}'`, { code: 'commander.unknownCommand' });
      command?.outputHelp();
    });

  withRunOptions(lookalike.command('run'))
    .description('run an experiment and print its results')
    .argument('<file>')
    .addOption(new Option('--stage <name>', 'stop after a stage').choices(STAGE_NAMES))
    .action(async (file, options) => exitWith((await import('./cli/run.js')).run(file, options)));

  withExperiment(lookalike.command('check'))
    .description('print what is wrong with experiment files: file:line:column severity code message')
    .argument('<file...>', 'files, folders with experiments in or below them, - for standard input')
    .option('--fix', 'put right what can be put right without changing what a file means')
    .option('--json', 'print a document, whose schema is in schemas/')
    .option('--stdin-file <file>', 'what standard input is: its paths are relative to this file')
    .action(async (files, options) => exitWith((await import('./cli/files/check.js')).check(files, options)));

  lookalike
    .command('fmt')
    .description('lay experiment files out evenly, as editors do')
    .argument('<file...>', 'files, folders with experiments in or below them, - for standard input')
    .option('--check', 'change nothing; print the files that would change, and end with 1 where there are any')
    .action(async (files, options) => exitWith((await import('./cli/files/fmt.js')).fmt(files, options)));

  lookalike
    .command('init')
    .description('begin an experiment from a template; without one, list the templates')
    .argument('[template]')
    .option('--to <file>', 'the file to write, over none that is there; default: the template’s name in this folder')
    .action(async (template, options) => exitWith((await import('./cli/files/init.js')).init(template, options)));

  withExperiment(lookalike.command('plan'))
    .description('print the stages, what is cached, and what the rest costs')
    .argument('<file>')
    .option('--json', 'print a document, whose schema is in schemas/')
    .addOption(onDevice())
    .action(async (file, options) => exitWith((await import('./cli/plan.js')).plan(file, options)));

  withExperiment(lookalike.command('serve'))
    .description('serve images behind clip-retrieval’s protocol: an experiment’s, an index a model, or a folder’s')
    .argument('<file>', 'an experiment file, or a folder of embeddings in clip-retrieval’s format')
    .option('--model <model>', 'a folder: what made its embeddings, as in `embed.models`; queries need it')
    .option('--images <dir>', 'a folder: show those of its images that are below here')
    .option('--port <number>', 'the port to listen on; 0 takes a free one', portNumber, 1234)
    .option(
      '--host <address>',
      'the address to listen at; another than this machine’s own needs --allow remote',
      '127.0.0.1',
    )
    .addOption(
      new Option('--progress <style>', 'how to show progress').choices(['auto', 'json', 'none']).default('auto'),
    )
    .option('--threads <count>', 'cores to compute with', threadCount)
    .addOption(onDevice())
    .option('--allow <what>', 'say yes to what leaves this process: remote,command', permissions, [])
    .action(async (file, options) => exitWith((await import('./cli/serve.js')).serve(file, options)));

  withExperiment(lookalike.command('export'))
    .description('write an experiment’s or a run’s embeddings as a folder')
    .argument('<file>', 'an experiment file, or a run’s id or folder')
    .requiredOption('--to <dir>', 'the folder to write, readable by you alone')
    .option('--model <name>', 'one of `embed.models`; default: the first')
    .addOption(
      new Option('--format <name>', 'clip-retrieval’s, of length 1 in float16; or the model’s own numbers in float32')
        .choices(EXPORT_FORMATS)
        .default('clip-retrieval'),
    )
    .addOption(
      new Option('--progress <style>', 'how to show progress').choices(['auto', 'json', 'none']).default('auto'),
    )
    .option('--threads <count>', 'cores to compute with', threadCount)
    .addOption(onDevice())
    .option('--allow <what>', 'say yes to what leaves this process: remote,command', permissions, [])
    .action(async (file, options) => exitWith((await import('./cli/export.js')).exportFolder(file, options)));

  lookalike
    .command('report')
    .description('write a run as one HTML file, or its figures for a paper')
    .argument('<run>', 'a run’s id or folder')
    .option('--html <file>', 'the file to write; default: report.html in the run’s folder')
    .option(
      '--figures <dir>',
      'write every figure as SVG into this folder; the HTML file only where --html names it too',
    )
    .addOption(new Option('--theme <name>', 'colours of the figures').choices(PAPER_THEMES).default('light'))
    .option('--width <width>', `how wide the figures are: ${PAPER_WIDTH_WORDS}`, figureWidth, '2col')
    .addOption(new Option('--font <name>', 'letters of the figures').choices(PAPER_FONTS).default('sans serif'))
    .action(async (id, options) => exitWith((await import('./cli/report.js')).report(id, options)));

  declareRuns(lookalike, { exitWith, collect, rowLimit, withRunOptions });

  lookalike
    .command('models')
    .description('list the models, or fetch one')
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'fetch']).default('list'))
    .argument('[name]')
    .option('--precision <name>', 'fetch: which of the published weights; default: the first')
    .option('--image-only', 'fetch: leave the text encoder out, which words need')
    .option('--mirror <url>', 'fetch: from this server instead of the hub; it is never sent the token')
    .option('--dir <dir>', 'fetch: into this folder instead of LOOKALIKE_MODELS or the user’s cache')
    .action(async (action, name, options) => exitWith((await import('./cli/models.js')).models(action, name, options)));

  lookalike
    .command('shard')
    .description('compute shards of a plan that a run waits for: what schedulers call')
    .argument('<plan>', 'the plan’s folder, which the run says')
    .requiredOption('--index <number>', 'the shard, from 0 on', shardNumber)
    .option('--count <number>', 'so many, from that one on', shardCount, 1)
    .option('--threads <count>', 'cores to compute with', threadCount, availableParallelism())
    .action(async (plan, options) => exitWith((await import('./cli/runs/shard.js')).shard(plan, options)));

  lookalike
    .command('purge')
    .description('remove .lookalike of this folder: every embedding, cache and run')
    .option('--dry-run', 'say what would be removed')
    .option('--allow <what>', 'remote: drop what databases of other machines hold of it, too', permissions, [])
    .action(async (options) => exitWith((await import('./cli/purge.js')).purge(options)));

  lookalike
    .command('completion')
    .description('print what makes a shell complete the command')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell) => exitWith((await import('./cli/completion/completion.js')).completion(shell, lookalike)));

  lookalike
    .command('lsp')
    .description('the language server, for any editor')
    .requiredOption('--stdio', 'speak over standard input and output')
    .action(async () => void (await import('./lsp/main.js')));

  for (const command of worksOf(lookalike)) {
    command
      .addOption(new Option('-q, --quiet', 'say nothing but results and what is wrong').conflicts('verbose'))
      .option('-v, --verbose', 'say where things are kept, and what each stage took');
  }
  return lookalike.hook('preAction', (_, command) => {
    const { quiet, verbose } = command.opts();
    setVerbosity(quiet ? 'quiet' : verbose ? 'verbose' : 'usual');
  });
}

/** The commands that do something themselves. */
function worksOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(worksOf);
}

// Whoever reads the output may have seen enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

async function work(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

/** Settled when the command is done: whoever starts this file says what keeps it from being read. */
export const done = work();
