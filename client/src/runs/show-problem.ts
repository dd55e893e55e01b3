import * as vscode from 'vscode';
import { type Problem, sentences } from '../../../server/src/protocol/errors.js';

interface Action {
  readonly title: string;
  readonly command: string;
  readonly argument?: unknown;
}

const SHOW_LOG: Action = { title: 'Show Log', command: 'lookalike.showLog' };

/** What a user can do at once about a problem, by its code. */
const ACTIONS: Readonly<Record<string, Action>> = {
  'workspace-untrusted': { title: 'Manage Workspace Trust', command: 'workbench.trust.manage' },
  'server-unavailable': { title: 'Restart', command: 'lookalike.restartServer' },
  'results-missing': { title: 'Refresh Runs', command: 'lookalike.refreshRuns' },
  'run-unknown': { title: 'Refresh Runs', command: 'lookalike.refreshRuns' },
};

/** A problem whose place is in the file is listed there. */
const SHOW_PROBLEMS: Action = { title: 'Show Problems', command: 'workbench.actions.view.problems' };

/** Says what went wrong and what to do about it, with a button that does it. */
export async function showProblem(problem: Problem, what?: string): Promise<void> {
  const text = [what, sentences(problem)].filter(Boolean).join(' ');
  const actions = [actionOn(problem), SHOW_LOG].filter((action) => action !== undefined);
  const chosen = await vscode.window.showErrorMessage(shortened(text), ...actions.map(({ title }) => title));
  const action = actions.find(({ title }) => title === chosen);
  if (action) await vscode.commands.executeCommand(action.command, action.argument);
}

function actionOn({ code, remedy, specPath }: Problem): Action | undefined {
  if (remedy && 'fetch' in remedy) {
    return { title: 'Fetch the Weights', command: 'lookalike.fetchModel', argument: remedy.fetch };
  }
  return ACTIONS[code] ?? (specPath ? SHOW_PROBLEMS : undefined);
}

/** Last words of a process are long, and a name may be of any length; the log has all of it. */
function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
const LONGEST = 600;
