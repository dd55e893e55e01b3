import type { Result } from '../../../server/src/protocol/errors.js';
import type { RequestParams, RequestValue } from '../../../server/src/protocol/lsp.js';
import type { Services } from '../services.js';
import { withPermission } from './with-permission.js';

type Asked = Omit<RequestParams<'startRun'>, 'allow'>;
export type Started = RequestValue<'startRun'>;

/** Starts a run, after the user's yes where the experiment needs one. */
export function startRun({ server, permissions }: Services, params: Asked): Promise<Result<Started>> {
  return withPermission(permissions, params.uri, (allow) => server.request('startRun', { ...params, allow }));
}
