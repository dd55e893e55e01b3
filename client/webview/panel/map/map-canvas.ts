import { html, LitElement, nothing } from 'lit';
import type { FaceMap } from '../../../../server/src/protocol/runs/explore/face-map.js';
import type { DrawnArrows, DrawnPoints, MapDrawing, MapView } from './drawing.js';
import { type Encoded, isDrawn, SHAPES } from './encodings.js';
import { isWithin, type Spot } from './lasso.js';
import { openDrawing } from './load-drawing.js';
import { colourOf } from './theme-colours.js';

/** How far from a point the pointer is on it. */
const REACH = 12;
/** The part of the room that the whole map takes. */
const FILLED = 0.94;
const [LEAST_SCALE, MOST_SCALE] = [20, 200_000];
const PANNED = 60;
const ZOOMED = 1.3;
/** A frame is not to be longer than this, at 60 a second, with what else there is to do. */
const SLOW_MS = 10;
/** How long a map that is slowly drawn is left alone before it is drawn anew. */
const RESTED_MS = 150;

/** Points that were chosen, or the one that the pointer is on; null where it is on none. */
export class MapEvent extends CustomEvent<{ readonly points: readonly number[] }> {}

/** `<map-canvas>`: the drawn map, which is moved and looked at closely by pointer and keys, with a lasso to choose points. */
export class MapCanvas extends LitElement {
  static override properties = {
    map: { attribute: false },
    encoded: { attribute: false },
    chosen: { attribute: false },
    version: { attribute: false },
    tool: { attribute: false },
    isMissing: { state: true },
  };
  declare map: FaceMap;
  declare encoded: Encoded;
  /** Points that stand out. */
  declare chosen: ReadonlySet<number>;
  /** Of which version points and arrows are drawn; 0 for none. */
  declare version: number;
  declare tool: 'move' | 'lasso';
  /** Whether there is no WebGL to draw with. */
  declare isMissing: boolean;
  private drawing: MapDrawing | undefined;
  private view: MapView = { x: 0, y: 0, scale: 1 };
  /** Whether it is seen otherwise than as a whole. */
  private isMoved = false;
  private line: Spot[] = [];
  private held: Spot | undefined;
  private awaited = 0;
  /** What was seen when it was drawn the last time. */
  private drawn: MapView = this.view;
  /** Whether these points take so long to draw that frames would be lost; undefined until it is known. */
  private isSlow: boolean | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private readonly resized = new ResizeObserver(() => this.redraw());
  private readonly themed = new MutationObserver(() => this.show());

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.themed.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.themed.disconnect();
    cancelAnimationFrame(this.awaited);
    clearTimeout(this.resting);
    this.awaited = 0;
    this.drawing?.dispose();
    this.drawing = undefined;
  }

  protected override async firstUpdated(): Promise<void> {
    const canvas = this.canvas;
    this.drawing = await openDrawing(canvas);
    this.isMissing = this.drawing === undefined;
    if (!this.drawing) this.dispatchEvent(new CustomEvent('nowebgl', { bubbles: true }));
    this.resized.observe(canvas);
    canvas.addEventListener('wheel', this.onWheel, { passive: false });
    this.show();
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has('map')) this.isMoved = false;
    if (['map', 'encoded', 'chosen', 'version'].some((name) => changed.has(name))) this.show();
  }

  private get canvas(): HTMLCanvasElement {
    return this.querySelector('canvas') as HTMLCanvasElement;
  }

  private isDrawn(point: number): boolean {
    return isDrawn(this.map, point, this.version);
  }

  /** The points that are in sight. */
  inSight(): number[] {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    return this.pointsWhere(({ x, y }) => x >= 0 && y >= 0 && x <= width && y <= height);
  }

  readonly fit = (): void => {
    this.isMoved = false;
    this.redraw();
  };

  readonly zoom = (factor: number, at?: Spot): void => {
    const { view } = this;
    const { clientWidth, clientHeight } = this.canvas;
    const { x, y } = at ?? { x: clientWidth / 2, y: clientHeight / 2 };
    const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, view.scale * factor));
    const [right, up] = [x - clientWidth / 2, clientHeight / 2 - y];
    const kept = { x: view.x + right / view.scale, y: view.y + up / view.scale };
    this.move({ scale, x: kept.x - right / scale, y: kept.y - up / scale });
  };

  readonly pan = (right: number, down: number): void => {
    const { view } = this;
    this.move({ ...view, x: view.x + right / view.scale, y: view.y - down / view.scale });
  };

  private move(view: MapView): void {
    Object.assign(this, { view, isMoved: true });
    this.redraw();
  }

  private show(): void {
    if (!this.drawing || !this.map) return;
    const { map, encoded, chosen } = this;
    const kinds = encoded.kinds.map(({ colour, shape }) => ({
      colour: colourOf(colour === null ? '--map-other' : `--run-${colour}`),
      shape: SHAPES.indexOf(shape),
      size: colour === null ? 5 : 9,
    }));
    const strong = colourOf('--text');
    // What stands out is drawn last, and so over the others.
    const kindOf = (point: number) => encoded.of[point] ?? 0;
    const rank = (point: number) => (chosen.has(point) ? 2 : Number(encoded.kinds[kindOf(point)]?.colour !== null));
    const drawn = [0, 1, 2].flatMap((wanted) =>
      map.x.flatMap((_, point) => (this.isDrawn(point) && rank(point) === wanted ? [point] : [])),
    );
    const points: DrawnPoints = {
      places: Float32Array.from(drawn.flatMap((point) => [map.x[point] ?? 0, map.y[point] ?? 0])),
      colours: Float32Array.from(
        // A chosen one is larger, and keeps the colour that says of whom it is, where it has one.
        drawn.flatMap((point) => {
          const [kind, told] = [kinds[kindOf(point)], encoded.kinds[kindOf(point)]?.colour ?? null];
          return (told === null && chosen.has(point) ? undefined : kind?.colour) ?? strong;
        }),
      ),
      shapes: Float32Array.from(drawn, (point) => kinds[kindOf(point)]?.shape ?? 0),
      sizes: Float32Array.from(drawn, (point) => (kinds[kindOf(point)]?.size ?? 5) + (chosen.has(point) ? 4 : 0)),
    };
    this.drawing.show(points, this.arrows());
    this.isSlow = undefined;
    this.redraw();
  }

  /** From each photograph as it was to where the version lies. */
  private arrows(): DrawnArrows {
    const { map, version } = this;
    const pointOf = new Map(
      map.place.flatMap((place, point) => (map.version[point] === 0 ? [[place, point] as const] : [])),
    );
    const ends = map.x.flatMap((x, point) => {
      if (version === 0 || map.version[point] !== version) return [];
      const from = pointOf.get(map.place[point] ?? -1);
      return from === undefined ? [] : [map.x[from] ?? 0, map.y[from] ?? 0, x, map.y[point] ?? 0];
    });
    const muted = colourOf('--muted');
    const colours = Float32Array.from({ length: (3 * ends.length) / 4 }, (_, at) => muted[at % 3] ?? 0);
    return { ends: Float32Array.from(ends), colours };
  }

  /** Where drawing takes long the picture is moved as it is, and drawn anew once it rests. */
  private redraw(): void {
    if (!this.drawing) return;
    if (this.isSlow && this.isMoved) {
      this.shift();
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.draw(), RESTED_MS);
      return;
    }
    this.awaited ||= requestAnimationFrame(() => {
      this.awaited = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || !this.drawing) return;
    if (!this.isMoved) this.view = { x: 0, y: 0, scale: (FILLED * Math.min(width, height)) / 2 };
    this.drawn = this.view;
    this.drawing.draw(this.view, width, height, Math.min(2, devicePixelRatio));
    this.canvas.style.transform = '';
    this.canvas.removeAttribute('aria-busy');
    if (this.isSlow !== undefined) return;
    this.drawing.finish();
    const begun = performance.now();
    this.drawing.draw(this.view, width, height, Math.min(2, devicePixelRatio));
    this.drawing.finish();
    this.isSlow = performance.now() - begun > SLOW_MS;
  }

  /** From where it was drawn to where it is to be seen. */
  private shift(): void {
    const { drawn, view } = this;
    const [right, down] = [(drawn.x - view.x) * view.scale, (view.y - drawn.y) * view.scale];
    this.canvas.style.transform = `translate(${right}px, ${down}px) scale(${view.scale / drawn.scale})`;
  }

  private spotOf(point: number): Spot {
    const { clientWidth, clientHeight } = this.canvas;
    const { x, y, scale } = this.view;
    return {
      x: clientWidth / 2 + ((this.map.x[point] ?? 0) - x) * scale,
      y: clientHeight / 2 - ((this.map.y[point] ?? 0) - y) * scale,
    };
  }

  private pointsWhere(wanted: (spot: Spot) => boolean): number[] {
    return [...this.map.x.keys()].filter((point) => this.isDrawn(point) && wanted(this.spotOf(point)));
  }

  private nearest(spot: Spot): number | undefined {
    let [nearest, distance]: [number | undefined, number] = [undefined, REACH];
    for (let point = 0; point < this.map.x.length; point++) {
      if (!this.isDrawn(point)) continue;
      const at = this.spotOf(point);
      const far = Math.hypot(at.x - spot.x, at.y - spot.y);
      if (far <= distance) [nearest, distance] = [point, far];
    }
    return nearest;
  }

  protected override render() {
    const label =
      'Map of embeddings. Arrow keys move it, plus and minus zoom, 0 shows all of it. The list below has what is in sight.';
    return html`<canvas
        tabindex="0"
        role="img"
        aria-label=${label}
        aria-busy="true"
        ?hidden=${this.isMissing === true}
        @pointerdown=${this.onDown}
        @pointermove=${this.onMove}
        @pointerup=${this.onUp}
        @pointercancel=${this.onUp}
        @pointerleave=${() => this.tell('pointed', [])}
        @keydown=${this.onKey}
      ></canvas>
      ${this.line.length > 1 ? this.lassoLine() : nothing}
      ${this.isMissing ? html`<p class="notice">This window has no WebGL, by which the map is drawn: the machine or its settings give it none. People can be chosen by their names below, and are saved all the same.</p>` : nothing}`;
  }

  private lassoLine() {
    const points = this.line.map(({ x, y }) => `${x},${y}`).join(' ');
    return html`<svg class="lasso" aria-hidden="true"><polygon points=${points} /></svg>`;
  }

  /** From this element’s corner: the canvas itself may be moved. */
  private at({ clientX, clientY }: MouseEvent): Spot {
    const { left, top } = this.getBoundingClientRect();
    return { x: clientX - left - this.clientLeft, y: clientY - top - this.clientTop };
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.held = this.at(event);
    if (this.tool === 'lasso' || event.shiftKey) this.line = [this.held];
  };

  private readonly onMove = (event: PointerEvent): void => {
    const spot = this.at(event);
    if (!this.held) {
      const point = this.nearest(spot);
      this.tell('pointed', point === undefined ? [] : [point]);
      return;
    }
    if (this.line.length > 0) {
      this.line = [...this.line, spot];
      this.requestUpdate();
      return;
    }
    this.pan(this.held.x - spot.x, this.held.y - spot.y);
    this.held = spot;
  };

  private readonly onUp = (): void => {
    const { line } = this;
    Object.assign(this, { held: undefined, line: [] });
    if (line.length < 1) return;
    this.requestUpdate();
    if (line.length > 2)
      this.tell(
        'lassoed',
        this.pointsWhere((spot) => isWithin(line, spot)),
      );
  };

  private readonly onWheel = (event: WheelEvent): void => {
    // Without a key a wheel moves the page, as everywhere.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? ZOOMED : 1 / ZOOMED, this.at(event));
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const { key, ctrlKey, altKey, metaKey } = event;
    if (ctrlKey || altKey || metaKey) return;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.pan(-PANNED, 0),
      ArrowRight: () => this.pan(PANNED, 0),
      ArrowUp: () => this.pan(0, -PANNED),
      ArrowDown: () => this.pan(0, PANNED),
      '+': () => this.zoom(ZOOMED),
      '=': () => this.zoom(ZOOMED),
      '-': () => this.zoom(1 / ZOOMED),
      '0': this.fit,
    };
    const move = moves[key];
    if (!move) return;
    event.preventDefault();
    move();
  };

  private tell(name: 'pointed' | 'lassoed', points: readonly number[]): void {
    this.dispatchEvent(new MapEvent(name, { detail: { points } }));
  }
}

customElements.define('map-canvas', MapCanvas);
