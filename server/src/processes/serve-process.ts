import { type ServeEvent, type ServeWork, serveEventSchema } from '../protocol/searching/serve.js';
import { type Conversation, converse } from './conversation.js';

/** A server that was asked to stop has this long to answer what is under way before it is killed. */
const STOP_GRACE_MS = 5000;

/** Starts serving, or exporting, in a process of its own. */
export function startServing(request: ServeWork, onEvent: (event: ServeEvent) => void): Conversation {
  const parse = (message: unknown) => serveEventSchema.safeParse(message).data;
  return converse(request, { part: 'serve', who: 'The process that serves', graceMs: STOP_GRACE_MS, parse, onEvent });
}
