import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Problem, ReportData, Results } from '../../server/src/protocol/webview.js';
import { problemBanner } from './parts/problem-banner.js';
import { type Section, sectionView } from './parts/section.js';
import { accuracySection } from './sections/accuracy.js';
import { attributesSection } from './sections/attributes.js';
import { comparedRuns } from './sections/compared-runs.js';
import { expectationsSection } from './sections/expectations.js';
import { imagesSection } from './sections/images.js';
import { neighboursSection } from './sections/neighbours.js';
import { perturbationsSection } from './sections/perturbations.js';
import { retrievalSection } from './sections/retrieval.js';
import { robustnessSection } from './sections/robustness.js';
import { runHeader } from './sections/run-header.js';
import { nameRuns } from './sections/run-names.js';
import { stagesSection } from './sections/stages.js';
import { thresholdSection } from './sections/threshold.js';

/** A run's whole report. */
export function reportPage(data: ReportData): TemplateResult {
  return html`${runHeader(data.results)} ${contents(reportSections(data), unfinished(data.results))}
    <footer class="quiet">
      Made by Lookalike. Figures come from this run alone; nothing on this page is loaded from elsewhere.
    </footer>`;
}

/** What stands in a report's place where there is none. */
export function problemPage(problem: Problem): TemplateResult {
  return html`<main>${problemBanner(problem)}</main>`;
}

/** Sections under a list of them; `first` stands before them. One that comes later leaves the others as they are. */
export function contents(sections: readonly Section[], first: TemplateResult | typeof nothing): TemplateResult {
  return html`<nav aria-label="Contents">
      <ul>
        ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
      </ul>
    </nav>
    <main>${first} ${repeat(sections, ({ id }) => id, sectionView)}</main>`;
}

/** What a run has to show, in order. */
export function reportSections(data: ReportData): Section[] {
  const { results, compare } = data;
  const runs = nameRuns([results, ...compare]);
  return [
    comparedRuns(runs),
    accuracySection(runs),
    attributesSection(results),
    thresholdSection(runs),
    perturbationsSection(results, data.perturbed),
    retrievalSection(results),
    robustnessSection(runs),
    expectationsSection(results),
    neighboursSection(data),
    imagesSection(results),
    stagesSection(results),
  ].filter((section) => section !== undefined);
}

/** What stands first where a run did not end well. */
export function unfinished({ run }: Results): TemplateResult | typeof nothing {
  if (run.error)
    return problemBanner(run.error, run.status === 'cancelled' ? 'This run was cancelled' : 'This run failed');
  if (run.status === 'done') return nothing;
  return html`<p class="notice">This run ${STATE[run.status]}. The page shows what was finished.</p>`;
}

const STATE = { running: 'was still going on when this page was made', cancelled: 'was cancelled', failed: 'failed' };
