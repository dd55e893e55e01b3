import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import type { FoundFace, KnownFace } from '../../../../server/src/protocol/images/found-face.js';
import { drawDifference } from '../draw-difference.js';
import { scaleOf } from '../upright-crop.js';

/** A photograph that may be looked at closely. */
export interface Slide {
  readonly src: string;
  /** What it is, in words. */
  readonly alt: string;
  readonly face: KnownFace;
  /** The model that looked for the face. */
  readonly by: string | null;
  /** Of a perturbed photograph, what it was before. */
  readonly original?: { readonly src: string; readonly face: KnownFace };
  /** What is measured of it. */
  readonly note?: string;
}

/** The face that there is to look at: where a perturbed photograph has none any more, the one that it had. */
export function lookedAt({ face, original }: Slide): KnownFace {
  return face ?? original?.face;
}

/** How a perturbed photograph is looked at. */
export type Look = 'perturbed' | 'original' | 'wipe' | 'blink' | 'difference';

/** What all slides of a lightbox are looked at with. */
export interface View {
  readonly look: Look;
  /** While it blinks: whether the original is what is seen. */
  readonly before: boolean;
  /** Where the wipe is, 0–1: the original is on its left. */
  readonly wipe: number;
  readonly amplified: number;
  /** Whether box and landmarks are drawn. */
  readonly marks: boolean;
}

/** `<photo-slide>`: a whole photograph with the face that was found, and what it was before it was perturbed. */
export class PhotoSlide extends LitElement {
  static override properties = { slide: { attribute: false }, view: { attribute: false }, size: { state: true } };
  declare slide: Slide;
  declare view: View;
  /** The photograph’s, once it is there. */
  declare size: { readonly width: number; readonly height: number } | undefined;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render() {
    const { src, alt, original } = this.slide;
    const { look, before, wipe } = this.view;
    const showsBefore = original && (look === 'original' || look === 'wipe' || (look === 'blink' && before));
    return html`<img class="after" src=${src} alt=${alt} draggable="false" @load=${this.loaded} />
      ${
        original
          ? html`<img
                class="before"
                src=${original.src}
                alt="${alt}, before"
                draggable="false"
                ?hidden=${!showsBefore}
                .style=${look === 'wipe' ? `clip-path: inset(0 ${100 * (1 - wipe)}% 0 0)` : ''}
                @load=${() => this.requestUpdate()}
              />
              <canvas role="img" aria-label="Difference, amplified ${this.view.amplified} times" ?hidden=${look !== 'difference'}></canvas>`
          : nothing
      }
      ${original && look === 'wipe' ? html`<span class="wipe-line" .style=${`inset-inline-start: ${100 * wipe}%`}></span>` : nothing}
      ${this.view.marks ? this.marks() : nothing}`;
  }

  protected override updated(): void {
    const canvas = this.querySelector('canvas');
    const [after, before] = [
      this.querySelector<HTMLImageElement>('.after'),
      this.querySelector<HTMLImageElement>('.before'),
    ];
    if (!canvas || !after?.naturalWidth || !before?.naturalWidth || this.view.look !== 'difference') return;
    Object.assign(canvas, { width: before.naturalWidth, height: before.naturalHeight });
    drawDifference(canvas, before, after, this.view.amplified);
  }

  private readonly loaded = ({ target }: Event): void => {
    const { naturalWidth: width, naturalHeight: height } = target as HTMLImageElement;
    this.size = { width, height };
    this.dispatchEvent(new CustomEvent('sized', { detail: this.size }));
  };

  private marks(): TemplateResult | typeof nothing {
    const { slide, view, size } = this;
    const seenBefore = view.look === 'original' || (view.look === 'blink' && view.before);
    const face = seenBefore && slide.original ? slide.original.face : slide.face;
    if (!face || !size || scaleOf(face, size) === undefined) return nothing;
    return markedFace(face);
  }
}

function markedFace({ size: [width, height], box: [left, top, right, bottom], landmarks }: FoundFace): TemplateResult {
  const radius = Math.max(1, (right - left) / 60);
  const points = landmarks.map(([x, y]) => svg`<circle cx=${x + 0.5} cy=${y + 0.5} r=${radius} />`);
  return html`<svg class="face-marks" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    ${[0, 1].map(
      (layer) => svg`<g class=${layer === 0 ? 'halo' : 'line'}>
      <rect x=${left} y=${top} width=${right - left} height=${bottom - top} />
      ${points}
    </g>`,
    )}
  </svg>`;
}

customElements.define('photo-slide', PhotoSlide);
