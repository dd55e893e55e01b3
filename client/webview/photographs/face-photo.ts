import { html, LitElement } from 'lit';
import { faceFacts, faceWords } from './face-note.js';
import { openLightbox } from './lightbox/open.js';
import { lookedAt, type Slide } from './lightbox/slide.js';
import { uprightCrop } from './upright-crop.js';

/**
 * `<face-photo>`: a photograph as a square that the face fills, upright; all of it where no face is known. A perturbed one in
 * which none is found is cut to where it was. Enter or a click opens the whole photograph among the others beside it. Its
 * size is its style’s.
 */
export class FacePhoto extends LitElement {
  static override properties = { slide: { attribute: false }, plain: { type: Boolean }, broken: { state: true } };
  declare slide: Slide;
  /** Within a control of its own, which says what a click does. */
  declare plain: boolean;
  /** Whether the photograph, which was there when the page was told of it, cannot be shown. */
  declare broken: boolean;
  private readonly resized = new ResizeObserver(() => this.place());

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('slide')) this.broken = false;
  }

  protected override updated(): void {
    this.place();
  }

  protected override render() {
    const { src, alt, face, by, note } = this.slide;
    if (this.broken) return html`<div class="no-photo" title=${alt}>cannot be shown</div>`;
    const { face: before } = this.slide.original ?? {};
    const facts = [alt, face ? faceFacts(face, by) : undefined, faceWords(face, before), note];
    const title = facts.filter((fact) => fact !== undefined).join(' · ');
    const image = html`<img
      src=${src}
      alt=${alt}
      loading=${src.startsWith('data:') ? 'eager' : 'lazy'}
      @load=${() => this.place()}
      @error=${() => {
        this.broken = true;
      }}
    />`;
    if (this.plain) return html`<span class="frame" title=${title}>${image}</span>`;
    return html`<button type="button" class="frame" title=${title} @click=${() => openLightbox(this)}>${image}</button>`;
  }

  /** Set as a property: the page’s policy forbids styles in attributes. */
  private place(): void {
    const frame = this.querySelector<HTMLElement>('.frame');
    const image = frame?.querySelector('img');
    if (!frame || !image) return;
    const { naturalWidth: width, naturalHeight: height } = image;
    const face = lookedAt(this.slide);
    const crop = face && width > 0 ? uprightCrop(face, { width, height }, frame.clientWidth) : undefined;
    this.toggleAttribute('cropped', crop !== undefined);
    image.style.transform = crop ? `matrix(${crop.join(', ')})` : '';
  }
}

customElements.define('face-photo', FacePhoto);
