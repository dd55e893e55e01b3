import {
  type Connection,
  ErrorCodes,
  type Message,
  type MessageStrategy,
  type NotificationMessage,
  type RequestMessage,
  ResponseError,
} from 'vscode-languageserver';
import * as z from 'zod';

const position = z.object({ line: z.int().min(0), character: z.int().min(0) });
const change = z.object({ text: z.string(), range: z.object({ start: position, end: position }).optional() });
const uri = z.string();

/** What the notifications must hold that keep the documents: one that lacks it would end the server. */
const NOTIFICATIONS: Readonly<Record<string, z.ZodType>> = {
  'textDocument/didOpen': z.object({ textDocument: z.object({ uri, version: z.number(), text: z.string() }) }),
  'textDocument/didChange': z.object({
    textDocument: z.object({ uri, version: z.number() }),
    contentChanges: z.array(change),
  }),
  'textDocument/didClose': z.object({ textDocument: z.object({ uri }) }),
  'textDocument/didSave': z.object({ textDocument: z.object({ uri }) }),
};

const TOO_EARLY = 'lookalike/tooEarly';
const TOO_LATE = 'lookalike/tooLate';

type State = 'new' | 'ready' | 'ended';

/**
 * Lets through what the protocol allows at the time: before `initialize` and after `shutdown` a request is an error,
 * and a notification but `exit` says nothing. Notifications that are none are dropped.
 */
export class MessageOrder implements MessageStrategy {
  private state: State = 'new';

  handleMessage(message: Message, next: (message: Message) => unknown): void {
    const { method, id } = message as Partial<RequestMessage & NotificationMessage>;
    if (method === undefined) return void next(message);
    const isRequest = id !== undefined;
    const refused = this.refusalOf(method);
    if (method === 'initialize' && !refused) this.state = 'ready';
    if (method === 'shutdown' && !refused) this.state = 'ended';
    if (refused && isRequest) next({ ...message, method: refused } as Message);
    else if (!refused && isSound(method, (message as NotificationMessage).params)) next(message);
  }

  /** Answers what came at the wrong time. */
  refuse(connection: Connection): void {
    connection.onRequest(TOO_EARLY, () => {
      throw new ResponseError(ErrorCodes.ServerNotInitialized, 'The first request is "initialize"');
    });
    connection.onRequest(TOO_LATE, () => {
      throw new ResponseError(ErrorCodes.InvalidRequest, 'The server was shut down, or is initialized already');
    });
  }

  private refusalOf(method: string): string | undefined {
    if (method === 'exit' || method === '$/cancelRequest') return undefined;
    if (this.state === 'new') return method === 'initialize' ? undefined : TOO_EARLY;
    return this.state === 'ended' || method === 'initialize' ? TOO_LATE : undefined;
  }
}

function isSound(method: string, params: unknown): boolean {
  return NOTIFICATIONS[method]?.safeParse(params).success ?? true;
}
