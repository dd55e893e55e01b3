import type { Command } from 'commander';

/** What the declaration of `run` gives `rerun`: the same options but the file's own. */
interface Shared {
  /** A command's work gives the exit code. */
  readonly exitWith: (work: Promise<number>) => Promise<void>;
  readonly collect: (value: string, before: string[]) => string[];
  readonly rowLimit: (value: string) => number;
  readonly withRunOptions: (command: Command) => Command;
}

const RUN = 'a run’s id, the beginning of one that no other id has, or its folder';

/** Declares `lookalike runs …`. */
export function declareRuns(lookalike: Command, { exitWith, collect, rowLimit, withRunOptions }: Shared): void {
  const runs = lookalike
    .command('runs')
    .description('list, compare, repeat, annotate and remove runs')
    .helpCommand(false);
  const withFormat = (command: Command) =>
    command
      .option('--json', 'print a document, whose schema is in schemas/')
      .option('--csv', 'print comma-separated values')
      .option('--md', 'print a table of Markdown');

  withFormat(runs.command('list', { isDefault: true }))
    .description('the runs of this folder’s .lookalike, the newest first, a column for each setting that differs')
    .option('--sort <path>', 'by a field, a setting or a figure; -PATH the other way round (repeatable)', collect, [])
    .option('--where <condition>', 'only runs of which it holds: "path op value" (repeatable)', collect, [])
    .option('--columns <path...>', 'show these, and no others')
    .option('--fold [path...]', 'runs that differ in nothing else as one row, with mean and spread; default: seeds')
    .option('--limit <count>', 'rows at the most; 0 for all; default: 50 as text, else all', rowLimit)
    .action(async (options) => exitWith((await import('./list.js')).list(options)));

  runs
    .command('show')
    .description('what a run was, and what it found')
    .argument('<id>', RUN)
    .option('--json', 'print its results.json')
    .action(async (id, options) => exitWith((await import('./show.js')).show(id, options)));

  withFormat(runs.command('diff'))
    .description('what tells runs apart: settings, figures, and the queries that were judged otherwise')
    .argument('<id...>', RUN)
    .option('--all', 'figures that are the same, too')
    .action(async (ids, options) => exitWith((await import('./diff.js')).diff(ids, options)));

  withRunOptions(runs.command('rerun'))
    .description('run again what a run was of: its text, what was set, and up to the same stage')
    .argument('<id>', RUN)
    .action(async (id, options) => exitWith((await import('./rerun.js')).rerun(id, options)));

  runs
    .command('note')
    .description('keep a note beside a run, or print it')
    .argument('<id>', RUN)
    .argument('[text]', 'the note; empty to remove it')
    .option('--star', 'mark the run')
    .option('--no-star', 'take the mark away')
    .action(async (id, text, options, command) => {
      const star = command.getOptionValueSource('star') === 'cli' ? options.star : undefined;
      return exitWith((await import('./note.js')).note(id, text, { star }));
    });

  runs
    .command('remove')
    .description('remove runs for good; what they computed stays in the cache')
    .argument('<id...>', RUN)
    .option('--yes', 'do not ask')
    .action(async (ids, options) => exitWith((await import('./remove.js')).remove(ids, options)));
}
