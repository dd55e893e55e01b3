import { join } from 'node:path';
import { type Ticket, ticketSchema } from '../../plugins/instances/executor.js';
import { writeAtomically } from '../../store/files.js';
import { readPlain, UnfitFile } from '../../store/plain-file.js';

const FILE = 'ticket.json';
const MOST_BYTES = 2 ** 26;

/** A plan's ticket, beside its shards. */
export function writeTicket(ticket: Ticket): Promise<void> {
  return writeAtomically(join(ticket.plan, FILE), JSON.stringify(ticket));
}

export async function readTicket(plan: string): Promise<Ticket | undefined> {
  try {
    const text = (await readPlain(join(plan, FILE), MOST_BYTES)).toString('utf8');
    const ticket = ticketSchema.safeParse(JSON.parse(text)).data;
    return ticket?.plan === plan ? ticket : undefined;
  } catch (error) {
    if (error instanceof UnfitFile || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Between two looks at a queue: seldom enough to be no burden, often enough to be no delay of what took long. */
export function pauseAfter(elapsedMs: number): number {
  return Math.min(15_000, Math.max(500, elapsedMs / 50));
}
