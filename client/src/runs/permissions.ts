import * as vscode from 'vscode';
import type { Permission } from '../../../server/src/protocol/problem.js';

const KEY = 'permissions';

const QUESTIONS: Readonly<Record<Permission, { readonly question: string; readonly detail: string }>> = {
  remote: {
    question: 'Send photographs to a remote service?',
    detail:
      'This experiment searches with a service outside of this machine. The queries’ photographs or their embeddings would be sent to it, and photographs of faces are personal data.',
  },
  command: {
    question: 'Run programs that experiments of this workspace name?',
    detail: 'This experiment starts a program on your machine, with your rights.',
  },
};

/** What the user has said yes to in this workspace: asked once, kept by VS Code, never read from a file. */
export class Permissions {
  constructor(private readonly state: vscode.Memento) {}

  granted(): Permission[] {
    return this.state.get<Permission[]>(KEY, []);
  }

  /** True where the user says yes; a yes is remembered for the workspace. */
  async ask(permission: Permission, experiment: string): Promise<boolean> {
    const { question, detail } = QUESTIONS[permission];
    const options = { modal: true, detail: `${detail}\n\n${experiment}\n\nYour answer holds for this workspace.` };
    const answer = await vscode.window.showWarningMessage(question, options, 'Allow');
    if (answer !== 'Allow') return false;
    await this.state.update(KEY, [...new Set([...this.granted(), permission])]);
    return true;
  }

  async forget(): Promise<void> {
    await this.state.update(KEY, undefined);
  }
}
