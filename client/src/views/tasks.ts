import * as vscode from 'vscode';
import { z } from 'zod';
import { EXPERIMENTS, TASK } from '../names.js';
import type { Services } from '../services.js';

const definitionSchema = z.object({
  type: z.literal(TASK),
  file: z.string(),
  stage: z.string().optional(),
  set: z.array(z.string()).default([]),
});
type Definition = z.input<typeof definitionSchema>;

/** A task for each experiment, which runs it by the command line in a terminal. */
export function runTasks({ extension }: Services): vscode.Disposable {
  const cli = extension.asAbsolutePath('bin/lookalike.mjs');
  return vscode.tasks.registerTaskProvider(TASK, {
    async provideTasks() {
      const files = await vscode.workspace.findFiles(EXPERIMENTS);
      return files.flatMap((uri) => {
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        const file = vscode.workspace.asRelativePath(uri, false);
        return folder ? [taskOf({ type: TASK, file }, folder, cli)] : [];
      });
    },
    resolveTask({ definition, scope }) {
      const known = definitionSchema.safeParse(definition);
      const folder = scope && typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
      return known.success && folder ? taskOf(definition as Definition, folder, cli) : undefined;
    },
  });
}

/** An array of arguments, never a shell's line: a file may be called anything. */
function taskOf(definition: Definition, folder: vscode.WorkspaceFolder, cli: string): vscode.Task {
  const { file, stage, set } = definitionSchema.parse(definition);
  const overrides = set.flatMap((override) => ['--set', override]);
  const args = [cli, 'run', file, ...overrides, ...(stage ? ['--stage', stage] : [])];
  const env = { ELECTRON_RUN_AS_NODE: '1', ORT_DISABLE_TELEMETRY: '1' };
  const execution = new vscode.ProcessExecution(process.execPath, args, { cwd: folder.uri.fsPath, env });
  const task = new vscode.Task(definition, folder, `run ${file}`, 'lookalike', execution, '$lookalike');
  task.group = vscode.TaskGroup.Test;
  return task;
}
