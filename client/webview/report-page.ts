import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { counted } from '../../server/src/protocol/figure-text.js';
import type { Problem, ReportData, Results, ShownStatus } from '../../server/src/protocol/webview.js';
import { problemBanner, warningList } from './parts/problem-banner.js';
import { type Section, sectionView } from './parts/section.js';
import { experimentSection, methodsSection } from './report/methods.js';
import { queryTablesSection } from './report/query-tables.js';
import { accuracySection } from './sections/accuracy.js';
import { attributesSection } from './sections/attributes.js';
import { comparedRuns } from './sections/compared-runs.js';
import { countermeasuresSection } from './sections/countermeasures.js';
import { differencesSection } from './sections/differences.js';
import { EXPECTATION_FAILED, expectationsSection, missedList, missedText } from './sections/expectations.js';
import { identificationSection } from './sections/identification.js';
import { imagesSection } from './sections/images.js';
import { neighboursSection } from './sections/neighbours.js';
import { perturbationsSection } from './sections/perturbations.js';
import { retrievalSection } from './sections/retrieval.js';
import { robustnessSection } from './sections/robustness.js';
import { runHeader, runSection } from './sections/run-header.js';
import { type NamedRun, nameRuns } from './sections/run-names.js';
import { stagesSection } from './sections/stages.js';
import { thresholdSection } from './sections/threshold.js';
import { transferSection } from './sections/transfer.js';
import { verificationSection } from './sections/verification.js';

/** A run's whole report. */
export function reportPage(data: ReportData): TemplateResult {
  const runs = nameRuns([data.results, ...data.compare]);
  return html`${runHeader(runs)} ${contents(reportSections(data, runs), html`${unfinished(runs)} ${biometric(data)}`)}
    <footer class="quiet">
      Made by Lookalike. Figures come from this run alone; nothing on this page is loaded from elsewhere.
    </footer>`;
}

/** A file is passed on more easily than a folder. */
function biometric({ thumbnails, perturbed }: ReportData) {
  if (perturbed.length === 0 && Object.keys(thumbnails).length === 0) return nothing;
  return html`<p class="notice">
    This file has photographs of faces, which are biometric data: pass it on to nobody who may not have them.
  </p>`;
}

/** What stands in a report's place where there is none. */
export function problemPage(problem: Problem): TemplateResult {
  return html`<main>${problemBanner(problem)}</main>`;
}

/**
 * Sections under a list of them, or so many of them at the most; `first` stands before them. One that comes later leaves the
 * others as they are.
 */
export function contents(
  sections: readonly Section[],
  first: TemplateResult | typeof nothing,
  most = sections.length,
): TemplateResult {
  return html`<nav aria-label="Contents">
      <ul>
        ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
      </ul>
    </nav>
    <main>${first} ${repeat(sections.slice(0, most), ({ id }) => id, sectionView)}</main>`;
}

/** What a run has to show, in order. */
export function reportSections(data: ReportData, runs: readonly NamedRun[], status?: ShownStatus): Section[] {
  const each = (sectionOf: (results: Results, isFirst: boolean) => Section | undefined) => ofEach(runs, sectionOf);
  return [
    comparedRuns(runs),
    accuracySection(runs),
    verificationSection(runs),
    identificationSection(runs),
    each(attributesSection),
    thresholdSection(runs),
    each((results, isFirst) => perturbationsSection(results, isFirst ? data.perturbed : [])),
    each(countermeasuresSection),
    each(transferSection),
    each(retrievalSection),
    robustnessSection(runs),
    differencesSection(runs),
    each((results, isFirst) => expectationsSection(results, isFirst ? status : undefined)),
    neighboursSection(data),
    queryTablesSection(data),
    methodsSection(data),
    experimentSection(data),
    each(imagesSection),
    each(stagesSection),
    ofEach(runs, (results) => runSection(results)),
  ].filter((section) => section !== undefined);
}

/** A section that is about one run: of several, each run’s below the other, the first’s unfolded. */
function ofEach(
  runs: readonly NamedRun[],
  sectionOf: (results: Results, isFirst: boolean) => Section | undefined,
): Section | undefined {
  const all = runs.flatMap((run, n) => {
    const section = sectionOf(run.results, n === 0);
    return section ? { run, section, isFirst: n === 0 } : [];
  });
  const [first] = all;
  if (!first || runs.length < 2) return first?.section;
  const { id, title } = first.section;
  const body = html`${all.map(
    ({ run, section, isFirst }) => html`<details class="of-run" ?open=${isFirst}>
      <summary><span class="swatch run-${run.colour}" aria-hidden="true"></span> <bdi>${run.name}</bdi></summary>
      ${section.lead ? html`<p class="lead">${section.lead}</p>` : nothing} ${section.body}
    </details>`,
  )}`;
  return { id, title, body };
}

/**
 * What stands first where a run did not end well, or warned of something; of several, each says so by its name. `status`
 * is of the first.
 */
export function unfinished(runs: readonly NamedRun[], status?: ShownStatus): TemplateResult {
  return html`${runs.map((run, n) => endOf(run, (n === 0 ? status : undefined) ?? run.results.run.status, runs.length > 1))}
  ${runs.map((run) => warningsOf(run, runs.length > 1))}`;
}

function warningsOf({ name, results: { warnings = [] } }: NamedRun, several: boolean): TemplateResult | typeof nothing {
  if (warnings.length === 0) return nothing;
  return warningList(warnings, `${several ? name : 'This run'} has ${counted(warnings.length, 'warning')}`);
}

function endOf({ name, results }: NamedRun, status: ShownStatus, several: boolean): TemplateResult | typeof nothing {
  const { error } = results.run;
  const which = several ? name : 'This run';
  if (error?.code === EXPECTATION_FAILED && results.expect.length > 0) {
    return html`<section class="notice" aria-label="Expectations of ${which}">
      <p>
        <strong>${several ? html`<bdi>${name}</bdi>: ` : nothing}${missedText(results.expect)}</strong>
        The run itself is complete.
      </p>
      ${missedList(results.expect)}
    </section>`;
  }
  if (error) return problemBanner(error, `${which} ${STATE[status]}`);
  if (status === 'done') return nothing;
  return html`<p class="notice"><bdi>${which}</bdi> ${STATE[status]}. The page shows what was finished.</p>`;
}

const STATE: Readonly<Record<ShownStatus, string>> = {
  done: 'ended',
  running: 'was still going on when this page was made',
  cancelled: 'was cancelled',
  failed: 'failed',
  interrupted: 'was interrupted',
};
