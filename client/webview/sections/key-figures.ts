import { html, nothing, svg, type TemplateResult } from 'lit';
import {
  type Counted,
  count,
  interval,
  intervalOf,
  percent,
  type WhiteBox,
} from '../../../server/src/protocol/figure-text.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { whiteBoxTag } from '../parts/mark.js';

interface KeyFigure extends Counted {
  readonly label: string;
  readonly rate: number | null;
  readonly of: number;
  readonly whiteBox?: WhiteBox;
  /** The control that it means something beside. */
  readonly against?: number | null;
}

/** More would be a table. */
const MOST = 6;

/** The rates that a run is made for, large: who is still found and the control beside them, else who is recognised. */
export function keyFigures(results: Results): TemplateResult | typeof nothing {
  const figures = [...stillFound(results), ...recognised(results)].slice(0, MOST);
  if (figures.length === 0) return nothing;
  return html`<dl class="key-figures">${figures.map(figureView)}</dl>`;
}

function figureView(figure: KeyFigure): TemplateResult {
  const { label, rate, of, whiteBox, against } = figure;
  const ci95 = intervalOf(figure);
  const parts = [
    `of ${count(of)}`,
    ...(ci95 ? [`95 %: ${interval(ci95)}`] : []),
    ...(against == null ? [] : [`control ${percent(against)}`]),
  ];
  return html`<div>
    <dt><bdi>${label}</bdi>${whiteBoxTag(whiteBox)}</dt>
    <dd class="value">${percent(rate)} ${rate === null ? nothing : scale(rate, ci95 ?? null, against ?? null)}</dd>
    <dd class="quiet">${parts.map((part, n) => html`${n > 0 ? ', ' : nothing}<span class="whole">${part}</span>`)}</dd>
  </div>`;
}

/** The rate on a line from 0 to 100 %, its interval, and the control as a tick: what the words beside it say, to compare by eye. */
function scale(rate: number, ci95: readonly [number, number] | null, control: number | null): TemplateResult {
  return html`<svg class="scale" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="whole" width="100" y="3" height="4" />
    <rect class="value" width=${100 * rate} y="3" height="4" />
    ${ci95 ? svg`<path class="interval" d="M${100 * ci95[0]} 5H${100 * ci95[1]}" />` : nothing}
    ${control === null ? nothing : svg`<path class="control" d="M${100 * control} 0V10" />`}
  </svg>`;
}

function stillFound({ robustness }: Results): KeyFigure[] {
  if (!robustness) return [];
  const { withValid, control } = robustness;
  const versions = Object.entries(withValid).filter(([version]) => version !== 'original');
  if (versions.length === 0) return [];
  return [
    ...versions.map(([version, found]) => ({
      ...found,
      label: `still found after ${version}`,
      against: control.rate,
    })),
    { ...control, label: 'control: found by another person’s photograph' },
  ];
}

function recognised({ accuracy = [] }: Results): KeyFigure[] {
  return accuracy.flatMap(({ model, top }) => {
    const [first] = Object.entries(top);
    return first ? { ...first[1], label: `${model}, top-${first[0]}` } : [];
  });
}
