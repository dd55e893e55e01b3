import { html, type TemplateResult } from 'lit';
import { count, roughly, speed } from '../../../server/src/protocol/figure-text.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';

interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly rate: number | null;
  readonly secondsLeft: number | null;
}

/** How far something is; it is in motion until that is known. */
export function progressBar(name: string, progress: Progress | null): TemplateResult {
  const { done, total } = progress ?? { done: 0, total: 0 };
  return html`<vscode-progress-bar
    aria-label=${name}
    .value=${total > 0 ? done : undefined}
    .max=${Math.max(1, total)}
  ></vscode-progress-bar>`;
}

/** The same in words, with what is left. */
export function activity({ label, done, total, rate, secondsLeft }: Progress): string {
  const parts = [label, `${count(done)} of ${count(total)}`];
  if (rate !== null) parts.push(speed(rate));
  if (secondsLeft !== null) parts.push(`${roughly(secondsLeft)} left`);
  return parts.join(' · ');
}
