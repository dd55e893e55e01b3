import { html, nothing, type TemplateResult } from 'lit';
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
  const { label, rate, of, whiteBox } = figure;
  const ci95 = intervalOf(figure);
  return html`<div>
    <dt><bdi>${label}</bdi>${whiteBoxTag(whiteBox)}</dt>
    <dd>
      ${percent(rate)}
      <span class="quiet">of ${count(of)}${ci95 ? html`, 95 %: ${interval(ci95)}` : nothing}</span>
    </dd>
  </div>`;
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
