import { html, nothing, type TemplateResult } from 'lit';
import type { RunComparison } from '../../../server/src/protocol/runs/table/run-comparison.js';
import type { Problem, ReportData, RunSummary } from '../../../server/src/protocol/webview.js';
import { problemBanner } from '../parts/problem-banner.js';
import type { Section } from '../parts/section.js';
import { contents, reportSections, unfinished } from '../report-page.js';
import { runHeader } from '../sections/run-header.js';
import { type NamedRun, nameRuns } from '../sections/run-names.js';
import { comparisonSections, namedAs } from './compare/comparison-sections.js';
import { exploreSections } from './explore/explore-sections.js';
import type { PanelHost } from './panel-host.js';
import { perturbationGallery } from './perturbed/perturbation-gallery.js';
import { runActions, runProgress } from './run-progress.js';
import { specSections } from './spec-section.js';
import './queries/query-browser.js';
import './threshold/threshold-slider.js';

/** All that the panel was told so far. */
export interface Shown {
  readonly host: PanelHost;
  report?: ReportData;
  run?: RunSummary;
  problem?: Problem;
  /** The experiment file of each run as it was run. */
  specs?: readonly (string | null)[];
  /** What tells the runs apart, or why that cannot be said. */
  comparison?: RunComparison | Problem;
}

/** The page: what the run is doing, and what it has found, in so many sections at the most. */
export function panelPage(shown: Shown, most?: number): TemplateResult {
  const { host, report, run, problem, comparison } = shown;
  const live = run?.status === 'running';
  const runs = namesOf(shown);
  const first = html`${problem ? problemBanner(problem) : live ? goingOn(report) : unfinished(runs, run?.status)}
  ${comparison && !('runs' in comparison) ? problemBanner(comparison, 'What differs cannot be said') : nothing}`;
  return html`${report ? runHeader(runs, run?.status) : nameOf(run)}
  ${run ? runProgress(run) : nothing} ${runActions(host, live, report !== undefined)}
  ${contents(sectionsOf(shown, runs), first, most)}`;
}

/** Of a run that goes on the page has what is done: every figure is whole, and more of them come. */
function goingOn(report: ReportData | undefined) {
  if (!report) return nothing;
  return html`<p class="notice">
    This run goes on. Figures are shown as soon as each is measured; what it expects is judged at its end.
  </p>`;
}

function namesOf({ report, specs, comparison }: Shown): NamedRun[] {
  const runs = report ? nameRuns([report.results, ...report.compare], specs) : [];
  return comparison && 'runs' in comparison ? namedAs(comparison, runs) : runs;
}

function nameOf(run: RunSummary | undefined) {
  return run ? html`<header><h1><bdi>${run.name}</bdi></h1></header>` : nothing;
}

/** What differs between runs stands first; the table of queries before what is about the whole run. */
function sectionsOf({ host, report, run, specs, comparison }: Shown, runs: readonly NamedRun[]): Section[] {
  const compared = comparison && 'runs' in comparison ? comparisonSections(comparison, runs, host) : [];
  const gallery = report && perturbationGallery(host, report);
  // What can be looked at one by one makes the few pictures of a report superfluous.
  const all = report ? reportSections(gallery ? { ...report, perturbed: [] } : report, runs, run?.status) : [];
  if (gallery) all.splice(all.findIndex(({ id }) => id === 'perturbations') + 1, 0, gallery);
  const sections = all.filter(({ id }) => id !== 'runs' || compared.length === 0);
  const threshold = sections.findIndex(({ id }) => id === 'threshold');
  if (report && threshold >= 0 && run?.status !== 'running')
    sections.splice(threshold + 1, 0, sliderSection(host, report, runs));
  const at = sections.findIndex(({ id }) => id === 'images');
  const { differences, file } = specSections(runs, specs ?? []);
  return [
    ...compared,
    ...differences,
    ...sections.slice(0, at === -1 ? undefined : at),
    ...(report && hasQueries(report) ? [queriesSection(host, report)] : []),
    ...(report && run?.status !== 'running' ? exploreSections(host, report, runs) : []),
    ...(at === -1 ? [] : sections.slice(at)),
    ...file,
  ];
}

/** What was found for each query is written when a stage is done, and its figures before that. */
function hasQueries({ results: { accuracy = [], stages } }: ReportData): boolean {
  return accuracy.length > 0 && stages.some(({ name }) => name === 'accuracy');
}

function sliderSection(host: PanelHost, { results }: ReportData, runs: readonly NamedRun[]): Section {
  const body = html`<threshold-slider .host=${host} .results=${results}></threshold-slider>`;
  const of = runs.length > 1 ? ` Of ${runs[0]?.name}.` : '';
  const lead = `What this run would have found at another threshold, counted anew from its own distances.${of}`;
  return { id: 'another-threshold', title: 'Another threshold', lead, body };
}

function queriesSection(host: PanelHost, { results }: ReportData): Section {
  const body = html`<query-browser .host=${host} .results=${results}></query-browser>`;
  const lead = 'Choose a query to see what it found. Arrow keys move through the table; Enter opens a query.';
  return { id: 'queries', title: 'Queries', lead, body };
}
