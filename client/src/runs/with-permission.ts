import * as vscode from 'vscode';
import { fail, type Problem, type Result } from '../../../server/src/protocol/errors.js';
import type { Permission } from '../../../server/src/protocol/runner.js';
import { PERMISSIONS, type Permissions } from './permissions.js';

/**
 * Asks the server for what an experiment may only do with the user's yes, and the user where it needs one; a problem
 * with the code `not-allowed` is a no.
 */
export async function withPermission<T>(
  permissions: Permissions,
  uri: string,
  ask: (allow: Permission[]) => Promise<Result<T>>,
): Promise<Result<T>> {
  const allow = permissions.granted();
  const answer = await ask(allow);
  const needed = answer.ok ? undefined : permissionNeeded(answer.problem);
  if (!needed || allow.includes(needed)) return answer;
  if (!(await permissions.ask(needed, vscode.Uri.parse(uri).fsPath))) {
    return fail('not-allowed', 'Nothing was run: the experiment needs your permission.');
  }
  return withPermission(permissions, uri, ask);
}

/** The hint of such a problem names what is to be allowed. */
function permissionNeeded({ code, hint = '' }: Problem): Permission | undefined {
  return code === 'permission-needed' ? PERMISSIONS.find((name) => hint.includes(name)) : undefined;
}
