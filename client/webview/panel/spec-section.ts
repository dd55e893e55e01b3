import { type ChangeObject, diffLines } from 'diff';
import { html, type TemplateResult } from 'lit';
import type { Section } from '../parts/section.js';
import type { NamedRun } from '../sections/run-names.js';

/** Lines around a change that are shown with it. */
const CONTEXT = 2;

/** What each other run's experiment file says instead of the first's, and that file; neither where it was not kept. */
export function specSections(
  runs: readonly NamedRun[],
  texts: readonly (string | null)[],
): { readonly differences: Section[]; readonly file: Section[] } {
  const [first, ...others] = texts;
  if (typeof first !== 'string') return { differences: [], file: [] };
  const compared = runs.slice(1).map((run, n) => differenceView(run, first, others[n] ?? null));
  const body = html`<pre class="spec" tabindex="0" aria-label="The experiment file"><code>${first}</code></pre>`;
  const file = {
    id: 'spec',
    title: 'Experiment as run',
    lead: 'The file as it was; variables are not replaced.',
    body,
  };
  const lead = `In the experiment files, against that of ${runs[0]?.name}.`;
  const differences = { id: 'files', title: 'What differs in the files', lead, body: html`${compared}` };
  return { differences: compared.length > 0 ? [differences] : [], file: [file] };
}

function differenceView({ name }: NamedRun, first: string, other: string | null): TemplateResult {
  return html`<h3>What <bdi>${name}</bdi> says instead</h3>
    ${other === null ? html`<p class="quiet">Its file was not kept.</p>` : linesView(name, diffLines(first, other))}`;
}

function linesView(name: string, changes: readonly ChangeObject<string>[]): TemplateResult {
  if (!changes.some(isChange)) return html`<p class="quiet">The same, to the letter.</p>`;
  const lines = changes.flatMap((change, n) => shownLines(change, n > 0, n < changes.length - 1));
  return html`<pre class="spec difference" tabindex="0" aria-label="Changes in the experiment file of ${name}"><code>${lines}</code></pre>`;
}

function shownLines(change: ChangeObject<string>, follows: boolean, isFollowed: boolean): TemplateResult[] {
  const lines = change.value.replace(/\n$/, '').split('\n');
  if (change.added) return lines.map((line) => html`<ins>+ ${line}\n</ins>`);
  if (change.removed) return lines.map((line) => html`<del>− ${line}\n</del>`);
  const before = follows ? lines.slice(0, CONTEXT) : [];
  const after = isFollowed ? lines.slice(Math.max(before.length, lines.length - CONTEXT)) : [];
  const left = lines.length - before.length - after.length;
  const gap = left > 0 && follows && isFollowed ? [html`  ⋯\n`] : [];
  return [...before.map(unchanged), ...gap, ...after.map(unchanged)];
}

function unchanged(line: string): TemplateResult {
  return html`  ${line}\n`;
}

function isChange({ added, removed }: ChangeObject<string>): boolean {
  return added || removed;
}
