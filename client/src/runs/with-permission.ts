import * as vscode from 'vscode';
import { fail, type Result } from '../../../server/src/protocol/errors.js';
import type { Permission } from '../../../server/src/protocol/problem.js';
import type { Permissions } from './permissions.js';

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
  const remedy = answer.ok ? undefined : answer.problem.remedy;
  const needed = remedy && 'allow' in remedy ? remedy.allow : undefined;
  if (!needed || allow.includes(needed)) return answer;
  if (!(await permissions.ask(needed, vscode.Uri.parse(uri).fsPath))) {
    return fail('not-allowed', 'Nothing was run: the experiment needs your permission.');
  }
  return withPermission(permissions, uri, ask);
}
