import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { count, distance, interval, percent } from '../../../../server/src/protocol/figure-text.js';
import { UNITS } from '../../../../server/src/protocol/results/distance-unit.js';
import type { ThresholdForm, VerifierDistances } from '../../../../server/src/protocol/runs/verifier-distances.js';
import type { Problem, Results } from '../../../../server/src/protocol/webview.js';
import type { FoundAt } from '../../../../server/src/statistics/moved-threshold.js';
import { problemBanner } from '../../parts/problem-banner.js';
import type { PanelHost } from '../panel-host.js';
import { type At, Moving } from './moving.js';
import { numbersOf } from './npy.js';
import { distancesChart, type MovedChart, operatingChart } from './threshold-charts.js';
import '../../charts/chart-figure.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';

const FORMS: Readonly<Record<ThresholdForm, string>> = {
  percentile: 'percentile of each query’s genuine distances',
  fmr: 'false match rate',
  distance: 'distance',
};

/** `<threshold-slider>`: what the run would have found at another threshold, as it is moved. */
export class ThresholdSlider extends LitElement {
  static override properties = {
    host: { attribute: false },
    results: { attribute: false },
    moving: { state: true },
    place: { state: true },
    problem: { state: true },
  };
  declare host: PanelHost;
  declare results: Results;
  declare moving: Moving | undefined;
  declare place: number;
  declare problem: Problem | undefined;
  private about: VerifierDistances | undefined;
  private readonly charts = new WeakMap<SVGSVGElement, MovedChart>();

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.moving) void this.ask();
  }

  private async ask(): Promise<void> {
    const answer = await this.host.distances();
    this.problem = answer.ok ? undefined : answer.problem;
    if (!answer.ok) return;
    const { about } = answer.value;
    const [judged, distances, ends] = [answer.value.judged, answer.value.genuine, answer.value.ends].map(numbersOf);
    if (!(judged instanceof Float64Array && distances instanceof Float64Array && ends instanceof Int32Array)) {
      this.problem = {
        code: 'verifier-distances-missing',
        message: 'The distances that came are no arrays of a run’s',
      };
      return;
    }
    this.about = about;
    this.moving = new Moving({ about, judged, genuine: { distances, ends } });
    this.place = this.moving.own;
  }

  protected override updated(): void {
    if (!this.moving) return;
    const at = this.moving.at(this.place);
    for (const svg of this.querySelectorAll<SVGSVGElement>('chart-figure figure > svg')) this.charts.get(svg)?.move(at);
  }

  protected override render() {
    const { moving, about } = this;
    if (this.problem) return problemBanner(this.problem, 'The threshold cannot be moved');
    if (!moving || !about) return html`<p class="quiet" role="status">Reading distances …</p>`;
    const at = moving.at(this.place);
    const isOwn = this.place === moving.own;
    const unit = UNITS[about.unit];
    return html`<div class="slider">
        <label for="threshold-value">Threshold, as ${FORMS[moving.form]}</label>
        <input
          id="threshold-value"
          type="range"
          min="0"
          max=${moving.values.length - 1}
          step="1"
          .value=${String(this.place)}
          aria-valuetext=${valueText(moving.form, at)}
          @input=${this.moved}
        />
        <output for="threshold-value"><strong>${valueText(moving.form, at)}</strong> <span class="quiet">${thresholdText(at, unit)}</span></output>
        <div class="actions">
          <vscode-button @click=${() => this.write(at)}>Write ${moving.form}: ${at.value} into the File</vscode-button>
          <vscode-button secondary ?disabled=${isOwn} @click=${this.back}>Back to the Run’s</vscode-button>
        </div>
      </div>
      ${at.robustness ? this.foundTable(at, moving.at(moving.own)) : nothing}
      <p class="operating" role="status">${operatingText(at)}</p>
      <div class="beside">
        <chart-figure
          heading="Distances of genuine pairs and of strangers"
          note="Outlined: from queries to other photographs of their people. Filled: to those of other people. The line is the threshold."
          file="threshold-distances"
          .draw=${this.drawDistances}
        ></chart-figure>
        <chart-figure
          heading="Genuine matches at each share of strangers’"
          note="The dot is one threshold for all where the slider stands; in the percentile’s form, at the median of the queries’ own."
          file="threshold-operating"
          .draw=${this.drawOperating}
        ></chart-figure>
      </div>`;
  }

  private foundTable(at: At, own: At): TemplateResult {
    const { robustness } = at;
    if (!robustness) return html``;
    const rows = [...robustness.withValid, ...(robustness.all ? [['all perturbations', robustness.all] as const] : [])];
    const before = (name: string) => own.robustness?.withValid.get(name) ?? own.robustness?.all;
    const eligible = own.robustness?.eligible ?? 0;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Still found at this threshold, scrollable">
      <table class="found-at">
        <caption>Still found at this threshold</caption>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col" class="number">Found</th>
            <th scope="col" class="number">Of eligible</th>
            <th scope="col" class="number">Rate</th>
            <th scope="col" class="number">At the run’s</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(([name, found]) => foundRow(name, found, before(name)))}
        </tbody>
      </table>
      </div>
      <p class="quiet">
        ${count(robustness.eligible)} of ${count(this.about?.queries ?? 0)} queries are eligible here, ${count(eligible)} at the run’s threshold.
        ${this.controlText()}
      </p>`;
  }

  /** It takes the distances of all queries to everything that was found. */
  private controlText(): string {
    const rate = this.results.robustness?.control.rate;
    if (rate === undefined || rate === null) return '';
    const moved = this.place === this.moving?.own ? '' : ' The control at this one takes a run.';
    return `The control, how often a stranger’s photograph finds somebody, is ${percent(rate)} at the run’s threshold.${moved}`;
  }

  private readonly drawDistances = (width: number): SVGSVGElement => {
    const label = `distance, ${UNITS[this.about?.unit ?? 'squared-l2']}`;
    return this.kept(distancesChart(this.moving as Moving, label, width));
  };

  private readonly drawOperating = (width: number): SVGSVGElement =>
    this.kept(operatingChart(this.moving as Moving, width));

  private kept(chart: MovedChart): SVGSVGElement {
    this.charts.set(chart.svg, chart);
    if (this.moving) chart.move(this.moving.at(this.place));
    return chart.svg;
  }

  private readonly moved = ({ target }: Event): void => {
    this.place = Number((target as HTMLInputElement).value);
  };

  private readonly back = (): void => {
    this.place = this.moving?.own ?? 0;
  };

  private write({ value }: At): void {
    if (this.moving) this.host.tell({ type: 'setThreshold', form: this.moving.form, value });
  }
}

function valueText(form: ThresholdForm, { value }: At): string {
  return form === 'percentile' ? `percentile ${value}` : `${form} ${value}`;
}

function thresholdText({ threshold, quartiles }: At, unit: string): string {
  const text = `t = ${distance(threshold)}${quartiles ? ' in the median' : ''}, ${unit}`;
  return quartiles
    ? `${text}; half of the queries’ between ${distance(quartiles[0])} and ${distance(quartiles[1])}`
    : text;
}

function foundRow(name: string, { count: found, of }: FoundAt, own: FoundAt | undefined): TemplateResult {
  const rate = (at: FoundAt | undefined) => percent(at && at.of > 0 ? at.count / at.of : null);
  return html`<tr>
    <th scope="row"><bdi>${name}</bdi></th>
    <td class="number">${count(found)}</td>
    <td class="number">${count(of)}</td>
    <td class="number">${rate({ count: found, of })}</td>
    <td class="number quiet">${rate(own)}</td>
  </tr>`;
}

function operatingText({ genuine, strangers, threshold, quartiles }: At): string {
  const one = quartiles ? `One threshold for all of ${distance(threshold)}` : 'The threshold';
  const [least, most] = strangers ?? [null, null];
  const matching = percent(least) === percent(most) ? percent(least) : interval(strangers);
  return `${one} matches ${percent(genuine)} of the genuine pairs of queries and ${matching} of the strangers’ photographs.`;
}

customElements.define('threshold-slider', ThresholdSlider);
