import { html, nothing, type TemplateResult } from 'lit';
import type { Described, ReportData } from '../../../server/src/protocol/webview.js';
import { saveButtons } from '../parts/save-button.js';
import type { Section } from '../parts/section.js';

type Reference = Described['methods']['references'][number];

/** What was done, as a paper says it, with what it cites. */
export function methodsSection({ described }: ReportData): Section | undefined {
  if (!described) return undefined;
  const { paragraphs, references } = described.methods;
  const body = html`${paragraphs.map((text) => html`<p>${citing(text, references)}</p>`)}
    <h3>References</h3>
    <div class="table" role="group" aria-label="References">
      ${saveButtons('References', [['BIB', () => bibFile(references)]])}
      <pre class="spec bibtex" tabindex="0" aria-label="References as BibTeX"><code>${bibText(references)}</code></pre>
    </div>`;
  const lead =
    'Written from the experiment’s file and its figures, to be taken into a text. A click on the references selects all.';
  return { id: 'methods', title: 'Methods', lead, body };
}

/** The file that the run was made of. */
export function experimentSection({ described }: ReportData): Section | undefined {
  if (!described) return undefined;
  const { spec } = described;
  const body =
    spec === null
      ? html`<p class="quiet">The file is not there as it was run.</p>`
      : html`<pre class="spec" tabindex="0" aria-label="The experiment file"><code>${spec}</code></pre>`;
  return { id: 'spec', title: 'Experiment as run', lead: 'The file as it was; variables are not replaced.', body };
}

function bibText(references: readonly Reference[]): string {
  return references.map(({ bibtex }) => bibtex).join('\n');
}

function bibFile(references: readonly Reference[]) {
  return { name: 'references.bib', mime: 'application/x-bibtex' as const, text: bibText(references) };
}

/** Names stand in backticks, and works by their keys, which is how the text is saved; here it is read. */
function citing(text: string, references: readonly Reference[]): (TemplateResult | string)[] {
  return text.split(/(`[^`]*`|\[@[^\]]*\])/).map((part) => {
    if (part.startsWith('`')) return html`<code><bdi>${part.slice(1, -1)}</bdi></code>`;
    if (!part.startsWith('[@')) return part;
    const keys = part.slice(1, -1).split('; ');
    const named = keys.map((key) => references.find((one) => `@${one.key}` === key)?.short ?? key);
    return html`(${named.map((short, n) => html`${n > 0 ? '; ' : nothing}<cite>${short}</cite>`)})`;
  });
}
