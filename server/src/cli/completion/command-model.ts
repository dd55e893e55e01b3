import type { Argument, Command, Option } from 'commander';

/** What stands at a place of a command line, as far as a shell can offer it. */
export type Offered =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' | 'folders' | 'runs' | 'anything' };

export interface OptionModel {
  /** `-q`, `--quiet`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Its value; absent of one that has none. */
  readonly value?: Offered;
}

export interface CommandModel {
  /** `runs list`; empty of the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionModel[];
  readonly argument?: Offered;
}

/** Every command of a program, the program first: what shells complete is read from its one declaration. */
export function commandModels(program: Command, templates: readonly string[]): CommandModel[] {
  const names = { command: program.commands.map((command) => command.name()), template: templates };
  const modelsOf = (command: Command, path: readonly string[]): CommandModel[] => [
    modelOf(command, path, names),
    ...command.commands.flatMap((below) => modelsOf(below, [...path, below.name()])),
  ];
  return modelsOf(program, []);
}

/** What arguments may be, by what the help calls them. */
type Names = Readonly<Record<string, readonly string[]>>;

function modelOf(command: Command, path: readonly string[], names: Names): CommandModel {
  // What a command does without the name of one below it takes that one's options.
  const byDefault = command.commands.find((below) => isDefaultOf(command, below));
  const options = [...command.options, ...(byDefault?.options ?? [])].filter(({ hidden }) => !hidden);
  const flags = new Set<string>();
  const own = [...options.map(optionModel), HELP].filter((option) => {
    const isKnown = option.flags.some((flag) => flags.has(flag));
    for (const flag of option.flags) flags.add(flag);
    return !isKnown;
  });
  const [argument] = command.registeredArguments;
  return {
    path: path.join(' '),
    commands: command.commands.map((below) => ({ name: below.name(), description: below.description() })),
    options: own,
    argument: argument && offeredFor(argument, names),
  };
}

function isDefaultOf(command: Command, below: Command): boolean {
  return (command as unknown as { _defaultCommandName?: string })._defaultCommandName === below.name();
}

const HELP: OptionModel = { flags: ['-h', '--help'], description: 'display help for command' };

function optionModel(option: Option): OptionModel {
  const { short, long, description, argChoices } = option;
  const flags = [short, long].filter((flag) => flag !== undefined);
  if (!option.required && !option.optional) return { flags, description };
  const [, placeholder = ''] = /[<[]([^.\]>]+)/.exec(option.flags) ?? [];
  return { flags, description, value: argChoices ? { kind: 'words', words: argChoices } : byName(placeholder) };
}

function offeredFor(argument: Argument, names: Names): Offered {
  if (argument.argChoices) return { kind: 'words', words: argument.argChoices };
  const words = names[argument.name()];
  return words ? { kind: 'words', words } : byName(argument.name());
}

/** By what a value is called in the help. */
function byName(name: string): Offered {
  if (name === 'file') return { kind: 'files' };
  if (name === 'dir') return { kind: 'folders' };
  return name === 'id' || name === 'run' ? { kind: 'runs' } : { kind: 'anything' };
}
