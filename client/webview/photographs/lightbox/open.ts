import { render } from 'lit';
import PhotoSwipe, { type SlideData } from 'photoswipe';
import 'photoswipe/style.css';
import { lookedAt, PhotoSlide, type Slide, type View } from './slide.js';
import { type LightboxActions, LOOKS, lightboxToolbar } from './toolbar.js';

/** Sides of a box that fill the window where one looks at the face. */
const AROUND = 1.7;
const BLINK_MS = 700;
/** A small photograph is enlarged so many times at the most. */
const ENLARGED = 4;
/** Of a photograph that is not there yet and of whose size nothing is known. */
const UNKNOWN = { width: 640, height: 640 };
const ROOM = { top: 56, bottom: 112, left: 8, right: 8 };

/** An element that shows a slide in small. */
export interface Thumbnail extends HTMLElement {
  readonly slide: Slide;
}

/** Opens the whole photograph of a thumbnail, with those beside it before and after. */
export function openLightbox(from: Thumbnail): void {
  const around = from.closest('[data-photographs]') ?? from.parentElement;
  const all = [...(around ?? from).querySelectorAll<Thumbnail>(from.localName)];
  new Lightbox(all.length > 0 ? all : [from], Math.max(0, all.indexOf(from))).open();
}

type Item = SlideData & { readonly shown: Slide };

class Lightbox implements LightboxActions {
  private view: View = { look: 'perturbed', before: false, wipe: 0.5, amplified: 10, marks: true };
  private readonly pswp: PhotoSwipe;
  private readonly toolbar = document.createElement('div');
  private readonly blinking: number;

  constructor(thumbnails: readonly Thumbnail[], index: number) {
    const dataSource = thumbnails.map(
      (thumbnail): Item => ({ type: 'photo', shown: thumbnail.slide, ...sizeOf(thumbnail) }),
    );
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.pswp = new PhotoSwipe({
      ...{ dataSource, index, loop: false, bgOpacity: 1, trapFocus: true, returnFocus: true },
      ...{ showHideAnimationType: 'none', zoomAnimationDuration: still ? 0 : 160, wheelToZoom: true },
      ...{
        padding: ROOM,
        maxZoomLevel: 16,
        secondaryZoomLevel: 1,
        clickToCloseNonZoomable: false,
        bgClickAction: false,
      },
      initialZoomLevel: ({ panAreaSize, elementSize }) =>
        panAreaSize && elementSize
          ? Math.min(ENLARGED, panAreaSize.x / elementSize.x, panAreaSize.y / elementSize.y)
          : 1,
      ...{
        closeTitle: 'Close (Esc)',
        zoomTitle: 'Zoom (Z)',
        arrowPrevTitle: 'Previous (←)',
        arrowNextTitle: 'Next (→)',
      },
    });
    this.toolbar.className = 'lightbox-toolbar';
    // By hand where nothing is to move by itself: the key of the look shows the other one.
    this.blinking = still ? 0 : window.setInterval(() => this.blink(), BLINK_MS);
  }

  open(): void {
    const { pswp } = this;
    pswp.addFilter('isContentZoomable', () => true);
    pswp.addFilter('useContentPlaceholder', () => false);
    pswp.on('contentLoad', (event) => {
      event.preventDefault();
      event.content.element = this.slideOf(
        event.content.data as Item,
        event.content.index,
      ) as unknown as HTMLDivElement;
    });
    pswp.on('uiRegister', () => {
      pswp.ui?.registerElement({
        name: 'looks',
        order: 1,
        isButton: false,
        appendTo: 'wrapper',
        onInit: (element) => element.append(this.toolbar),
      });
    });
    pswp.on('change', () => this.show());
    pswp.on('afterInit', () => {
      pswp.element?.setAttribute('aria-label', 'Photograph');
      pswp.element?.setAttribute('aria-modal', 'true');
      this.show();
    });
    pswp.on('keydown', (event) => this.onKey(event.originalEvent) && event.preventDefault());
    pswp.on('destroy', () => clearInterval(this.blinking));
    pswp.init();
    // Whoever clicked is to have the keys too.
    pswp.element?.focus();
  }

  readonly change = (view: Partial<View>): void => {
    this.view = { ...this.view, ...view };
    this.show();
  };

  readonly toFit = (): void => {
    const { currSlide } = this.pswp;
    currSlide?.zoomTo(currSlide.zoomLevels.initial);
  };

  readonly toPixels = (): void => this.pswp.currSlide?.zoomTo(1);

  readonly toFace = (): void => {
    const { currSlide, viewportSize } = this.pswp;
    const { shown } = (currSlide?.data ?? {}) as Partial<Item>;
    const face = shown && lookedAt(shown);
    if (!currSlide || !face) return;
    const [left, top, right, bottom] = face.box;
    const scale = currSlide.width / face.size[0];
    const level = Math.min(
      currSlide.zoomLevels.max,
      Math.min(viewportSize.x, viewportSize.y - ROOM.top - ROOM.bottom) /
        (AROUND * scale * Math.max(right - left, bottom - top)),
    );
    currSlide.zoomTo(level, undefined, 0);
    const middle = (viewportSize.y + ROOM.top - ROOM.bottom) / 2;
    currSlide.panTo(
      viewportSize.x / 2 - (level * scale * (left + right)) / 2,
      middle - (level * scale * (top + bottom)) / 2,
    );
  };

  private slideOf(item: Item, index: number): PhotoSlide {
    const element = new PhotoSlide();
    Object.assign(element, { slide: item.shown, view: this.view });
    element.addEventListener('sized', (event) => {
      const { width, height } = (event as CustomEvent<{ width: number; height: number }>).detail;
      if (item.width === width && item.height === height) return;
      Object.assign(item, { width, height });
      this.pswp.refreshSlideContent(index);
    });
    return element;
  }

  private show(): void {
    const item = this.pswp.currSlide?.data as Item | undefined;
    if (!item) return;
    for (const slide of this.pswp.element?.querySelectorAll<PhotoSlide>('photo-slide') ?? []) slide.view = this.view;
    render(lightboxToolbar(item.shown, this.view, this), this.toolbar);
  }

  private blink(): void {
    if (this.view.look === 'blink') this.change({ before: !this.view.before });
  }

  /** Whether it was one of ours: PhotoSwipe’s own keys are left to it, and what a control is moved by to the control. */
  private onKey({ key, target, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
    if (ctrlKey || altKey || metaKey) return false;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement)
      return key !== 'Escape' && key !== 'Tab';
    const shown = (this.pswp.currSlide?.data as Item | undefined)?.shown;
    const look = shown?.original && LOOKS.find((one) => one.key === key.toLowerCase())?.look;
    if (look)
      this.change({
        look,
        before: look === 'blink' && this.view.look === 'blink' ? !this.view.before : this.view.before,
      });
    else if (key === 'b') this.change({ marks: !this.view.marks });
    else if (key === 'f') this.toFace();
    else if (key === '1') this.toPixels();
    else if (key === '0') this.toFit();
    else return false;
    return true;
  }
}

/** Of the photograph as it is, where that is loaded, else of when its face was found. */
function sizeOf(thumbnail: Thumbnail): { width: number; height: number } {
  const image = thumbnail.querySelector('img');
  if (image?.naturalWidth) return { width: image.naturalWidth, height: image.naturalHeight };
  const [width, height] = thumbnail.slide.face?.size ?? [UNKNOWN.width, UNKNOWN.height];
  return { width, height };
}
