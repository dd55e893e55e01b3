import { html, LitElement } from 'lit';

/** What is invisible becomes visible: a change of a tenth of the range is drawn as the whole range. */
const AMPLIFIED = 10;

/** `<photo-difference>`: an original photograph, and how a perturbed one differs from it, ten times amplified. */
export class PhotoDifference extends LitElement {
  static override properties = { original: { attribute: false }, perturbed: { attribute: false } };
  declare original: string;
  declare perturbed: string;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render() {
    return html`<figure class="photo">
        <img src=${this.original} alt="Original" />
        <figcaption>Original</figcaption>
      </figure>
      <figure class="photo">
        <canvas role="img" aria-label="Difference, amplified ${AMPLIFIED} times"></canvas>
        <figcaption>Difference × ${AMPLIFIED}</figcaption>
      </figure>`;
  }

  protected override async updated(): Promise<void> {
    const images = [this.original, this.perturbed].map((src) => Object.assign(new Image(), { src }));
    await Promise.all(images.map((image) => image.decode())).catch(() => undefined);
    this.draw(images);
  }

  /** The pixels cannot be read, as they come from another origin; the canvas can subtract them all the same. */
  private draw([original, perturbed]: readonly HTMLImageElement[]): void {
    const canvas = this.querySelector('canvas') as HTMLCanvasElement;
    if (!original || !perturbed) return;
    canvas.width = original.naturalWidth;
    canvas.height = original.naturalHeight;
    const context = canvas.getContext('2d');
    if (!context || canvas.width === 0) return;
    context.drawImage(original, 0, 0);
    context.globalCompositeOperation = 'difference';
    context.drawImage(perturbed, 0, 0, canvas.width, canvas.height);
    context.globalCompositeOperation = 'copy';
    context.filter = `brightness(${AMPLIFIED})`;
    context.drawImage(canvas, 0, 0);
  }
}

customElements.define('photo-difference', PhotoDifference);
