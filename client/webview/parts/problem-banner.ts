import { html, nothing, type TemplateResult } from 'lit';
import { formatPath } from '../../../server/src/protocol/figure-path.js';
import type { Problem } from '../../../server/src/protocol/webview.js';

/** What went wrong, with its code, and what to do about it. */
export function problemBanner(problem: Problem, title = 'Something went wrong'): TemplateResult {
  const { code, message, hint, specPath } = problem;
  return html`<section class="problem" role="alert" aria-label=${title}>
    <h2><span aria-hidden="true">✕</span> ${title}</h2>
    <p><bdi>${withCode(message)}</bdi></p>
    ${hint ? html`<p><strong>What to do:</strong> <bdi>${withCode(hint)}</bdi></p>` : nothing}
    <p class="quiet">
      Code <code>${code}</code>${specPath ? html`, at <code>${formatPath(specPath)}</code> in the experiment file` : nothing}
    </p>
  </section>`;
}

/** What stands in backticks is code. */
function withCode(text: string): TemplateResult {
  return html`${text.split(/`([^`\n]+)`/).map((part, n) => (n % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
