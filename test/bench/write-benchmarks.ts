import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Section } from './measure.js';

const FILE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

const HEAD = `# Benchmarks

Written by \`npm run bench\`; each section by the command that it begins with, on the machine that it names. A speed is a
ratio to a peer in the same run: rounds alternate between the two, and the figures are medians over the rounds.
`;

/** Processes that wanted a core in the minute before. */
const [LOAD] = loadavg();

/** Replaces a section of docs/benchmarks.md, or adds it, and leaves the others as they are. */
export function writeSection({ name, title, body }: Section): void {
  const others = existsSync(FILE) ? sectionsOf(readFileSync(FILE, 'utf8')) : new Map<string, string>();
  const command = `\`npm run bench -- ${name}\``;
  others.set(
    title,
    `## ${title}\n\n${command}, ${new Date().toISOString().slice(0, 10)}, ${machine()}, a load of ${LOAD.toFixed(1)} before it.\n\n${body}\n`,
  );
  writeFileSync(FILE, `${[HEAD, ...others.values()].join('\n').trimEnd()}\n`);
}

function sectionsOf(text: string): Map<string, string> {
  const parts = text.split(/^(?=## )/m).slice(1);
  return new Map(parts.map((part) => [part.slice(3, part.indexOf('\n')), `${part.trimEnd()}\n`]));
}

/** The machine that figures are of. */
export function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0].model.trim()}, ${availableParallelism()} cores, ${memory} GiB, Node ${process.versions.node}`;
}
