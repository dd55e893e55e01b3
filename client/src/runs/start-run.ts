import * as vscode from 'vscode';
import { fail, type Problem, type Result } from '../../../server/src/protocol/errors.js';
import type { RequestParams, RequestValue } from '../../../server/src/protocol/lsp.js';
import type { Permission } from '../../../server/src/protocol/runner.js';
import type { Services } from '../services.js';
import { PERMISSIONS } from './permissions.js';

type Asked = Omit<RequestParams<'startRun'>, 'allow'>;
export type Started = RequestValue<'startRun'>;

/** Starts a run, after the user's yes where the experiment needs one; a problem with the code `not-allowed` is a no. */
export async function startRun(services: Services, params: Asked): Promise<Result<Started>> {
  const { server, permissions } = services;
  const allow = permissions.granted();
  const answer = await server.request('startRun', { ...params, allow });
  const needed = answer.ok ? undefined : permissionNeeded(answer.problem);
  if (!needed || allow.includes(needed)) return answer;
  if (!(await permissions.ask(needed, vscode.Uri.parse(params.uri).fsPath))) {
    return fail('not-allowed', 'Nothing was run: the experiment needs your permission.');
  }
  return startRun(services, params);
}

/** The hint of such a problem names what is to be allowed. */
function permissionNeeded({ code, hint = '' }: Problem): Permission | undefined {
  return code === 'permission-needed' ? PERMISSIONS.find((name) => hint.includes(name)) : undefined;
}
