import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension } from './extension.js';

interface Contributes {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
  readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
}

export function contributions(): void {
  describe('what package.json declares', () => {
    const declared = () => extension().packageJSON.contributes as Contributes;

    it('is what the extension registers: every command, and no other', async () => {
      await extension().activate();
      const commands = declared().commands.map(({ command }) => command);
      let registered: string[] = [];
      // One of them is the language server's, and comes when that has started.
      while (registered.length < commands.length) {
        registered = (await vscode.commands.getCommands(true)).filter((id) => /^lookalike\.[a-zA-Z]+$/.test(id));
      }
      assert.deepEqual(registered.sort(), [...commands].sort());
    });

    it('names commands as a verb and a noun, under Lookalike', () => {
      for (const { title, category } of declared().commands) {
        assert.equal(category, 'Lookalike');
        assert.match(title, /^[A-Z][a-z]+( [A-Z][A-Za-z]+)+$/);
      }
    });

    it('has only commands in its menus that there are', () => {
      const commands = new Set(declared().commands.map(({ command }) => command));
      const inMenus = Object.values(declared().menus).flatMap((entries) => entries.map(({ command }) => command));
      assert.deepEqual(
        inMenus.filter((command) => !commands.has(command)),
        [],
      );
    });

    it('has settings that VS Code knows with their defaults', () => {
      for (const [name, { default: value }] of Object.entries(declared().configuration.properties)) {
        assert.deepEqual(vscode.workspace.getConfiguration().inspect(name)?.defaultValue, value, name);
      }
    });

    it('leaves it to the language server to watch the private folder', () => {
      const { defaultValue } = vscode.workspace.getConfiguration('files').inspect('watcherExclude') ?? {};
      assert.equal((defaultValue as Record<string, unknown>)['**/.lookalike/**'], true);
      assert.equal(
        (defaultValue as Record<string, unknown>)['**/.git/objects/**'],
        true,
        'beside what is excluded anyway',
      );
    });

    it('offers a task for each experiment, which runs the command line with an array of arguments', async () => {
      let task: vscode.Task | undefined;
      // Files are looked for by another process, which may not have begun to look.
      while (!task) {
        const tasks = await vscode.tasks.fetchTasks({ type: 'lookalike' });
        task = tasks.find(({ definition }) => definition.file === 'activation.experiment.yaml');
      }
      assert.ok(task.execution instanceof vscode.ProcessExecution);
      assert.deepEqual(task.execution.args.slice(1), ['run', 'activation.experiment.yaml']);
    });
  });
}
