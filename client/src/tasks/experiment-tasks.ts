import * as vscode from 'vscode';
import * as z from 'zod';
import { EXPERIMENTS, PRIVATE, TASK } from '../names.js';

const definitionSchema = z.object({
  type: z.literal(TASK),
  file: z.string(),
  stage: z.string().optional(),
  set: z.array(z.string()).default([]),
});
type Definition = z.input<typeof definitionSchema>;

/** A task for each experiment of the workspace. `cli` is the command line's file. */
export async function experimentTasks(cli: string): Promise<vscode.Task[]> {
  const files = await vscode.workspace.findFiles(EXPERIMENTS, PRIVATE);
  return files.flatMap((uri) => {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const file = vscode.workspace.asRelativePath(uri, false);
    return folder ? [taskOf({ type: TASK, file }, folder, cli)] : [];
  });
}

/** The task that the user’s `tasks.json` defines; undefined where the definition is none of ours. */
export function definedTask({ definition, scope }: vscode.Task, cli: string): vscode.Task | undefined {
  const known = definitionSchema.safeParse(definition);
  const folder = scope && typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
  return known.success && folder ? taskOf(definition as Definition, folder, cli) : undefined;
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
