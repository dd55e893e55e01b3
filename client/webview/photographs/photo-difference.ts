import { html, LitElement, type PropertyValues } from 'lit';
import { drawDifference } from './draw-difference.js';
import type { Slide } from './lightbox/slide.js';
import { uprightCrop } from './upright-crop.js';

/** What is invisible becomes visible: a change of a tenth of the range is drawn as the whole range. */
const AMPLIFIED = 10;
/** Pixels of the canvas’ side. */
const SIDE = 320;
/** Pixels of the longer side at which large photographs are subtracted here; in the lightbox every pixel is. */
const LONGEST = 2048;

/** `<photo-difference>`: how a perturbed photograph differs from the original over the face, ten times amplified. */
export class PhotoDifference extends LitElement {
  static override properties = { slide: { attribute: false } };
  declare slide: Slide & Required<Pick<Slide, 'original'>>;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render() {
    return html`<figure class="photo">
      <canvas class="frame" role="img" aria-label="Difference, amplified ${AMPLIFIED} times"></canvas>
      <figcaption>Difference ×&nbsp;${AMPLIFIED}</figcaption>
    </figure>`;
  }

  protected override async updated(_: PropertyValues): Promise<void> {
    const { src, original, face } = this.slide;
    const images = [original.src, src].map((one) => Object.assign(new Image(), { src: one }));
    await Promise.all(images.map((image) => image.decode())).catch(() => undefined);
    const [before, after] = images;
    const canvas = this.querySelector('canvas');
    if (!before || !after || !canvas || before.naturalWidth === 0 || after.naturalWidth === 0) return;
    const { naturalWidth: width, naturalHeight: height } = before;
    const known = original.face ?? face;
    const scale = Math.min(1, LONGEST / Math.max(width, height));
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const crop = known && uprightCrop(known, size, SIDE);
    if (!crop) {
      Object.assign(canvas, size);
      drawDifference(canvas, before, after, AMPLIFIED);
      return;
    }
    // Turned afterwards: the edges of two turned photographs differ.
    const whole = Object.assign(document.createElement('canvas'), size);
    drawDifference(whole, before, after, AMPLIFIED);
    Object.assign(canvas, { width: SIDE, height: SIDE });
    const context = canvas.getContext('2d');
    context?.setTransform(...crop);
    context?.drawImage(whole, 0, 0);
  }
}

customElements.define('photo-difference', PhotoDifference);
