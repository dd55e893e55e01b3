import { html, nothing, type TemplateResult } from 'lit';
import { faceFacts, faceWords } from '../face-note.js';
import { type Look, lookedAt, type Slide, type View } from './slide.js';

/** What the user may do to a view; each has a key. */
export interface LightboxActions {
  change(view: Partial<View>): void;
  toFace(): void;
  toFit(): void;
  toPixels(): void;
}

export const LOOKS: readonly { readonly look: Look; readonly label: string; readonly key: string }[] = [
  { look: 'perturbed', label: 'Perturbed', key: 'p' },
  { look: 'original', label: 'Original', key: 'o' },
  { look: 'wipe', label: 'Wipe', key: 'w' },
  { look: 'blink', label: 'Blink', key: 'k' },
  { look: 'difference', label: 'Difference', key: 'd' },
];
export const AMPLIFIED = [1, 5, 10, 20, 50];

/** Below the photograph: what it is, and what it can be looked at with. */
export function lightboxToolbar(slide: Slide, view: View, act: LightboxActions): TemplateResult {
  return html`<p class="what"><bdi>${slide.alt}</bdi>${facts(slide).map((fact) => html` · <bdi>${fact}</bdi>`)}</p>
    <div class="looks" role="group" aria-label="How it is looked at">
      ${slide.original ? LOOKS.map(({ look, label, key }) => tool(`${label}`, key, () => act.change({ look }), view.look === look)) : nothing}
      ${slide.original && view.look === 'wipe' ? wipe(view, act) : nothing}
      ${slide.original && view.look === 'difference' ? amplification(view, act) : nothing}
      ${lookedAt(slide) ? tool('Box', 'b', () => act.change({ marks: !view.marks }), view.marks) : nothing}
      ${lookedAt(slide) ? tool('Face', 'f', act.toFace) : nothing} ${tool('1:1', '1', act.toPixels)} ${tool('Fit', '0', act.toFit)}
    </div>`;
}

function facts({ face, by, original, note }: Slide): string[] {
  return [face ? faceFacts(face, by) : undefined, faceWords(face, original?.face), note].filter(
    (fact) => fact !== undefined,
  );
}

function tool(label: string, key: string, act: () => void, pressed?: boolean): TemplateResult {
  return html`<button
    type="button"
    class="tool"
    title="${label} (${key.toUpperCase()})"
    aria-keyshortcuts=${key.toUpperCase()}
    aria-pressed=${pressed ?? nothing}
    @click=${act}
  >
    ${label}
  </button>`;
}

function wipe({ wipe: at }: View, { change }: LightboxActions): TemplateResult {
  return html`<label
    >Original up to
    <input
      type="range"
      min="0"
      max="100"
      .value=${String(Math.round(100 * at))}
      @input=${({ target }: Event) => change({ wipe: Number((target as HTMLInputElement).value) / 100 })}
  /></label>`;
}

function amplification({ amplified }: View, { change }: LightboxActions): TemplateResult {
  return html`<label
    >Amplified
    <select @change=${({ target }: Event) => change({ amplified: Number((target as HTMLSelectElement).value) })}>
      ${AMPLIFIED.map((times) => html`<option value=${times} ?selected=${times === amplified}>× ${times}</option>`)}
    </select></label
  >`;
}
