import { html, nothing, type TemplateResult } from 'lit';
import { formatPath } from '../../../server/src/protocol/figure-path.js';
import { ended } from '../../../server/src/protocol/problem.js';
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

/** A list is opened from its summary where it is longer. */
const SHOWN_AT_ONCE = 3;

/** What is said beside figures that are there all the same, each with its code and what to do. */
export function warningList(warnings: readonly Problem[], title: string): TemplateResult {
  return html`<section class="notice" aria-label=${title}>
    <details ?open=${warnings.length <= SHOWN_AT_ONCE}>
      <summary><strong>${title}</strong></summary>
      <ul>
        ${warnings.map(
          ({ code, message, hint }) =>
            html`<li>
              <bdi>${withCode(hint ? ended(message) : message)}</bdi> ${hint ? html`<bdi>${withCode(hint)}</bdi> ` : nothing}<code class="quiet">${code}</code>
            </li>`,
        )}
      </ul>
    </details>
  </section>`;
}

/** What stands in backticks is code. */
export function withCode(text: string): TemplateResult {
  return html`${text.split(/`([^`\n]+)`/).map((part, n) => (n % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
