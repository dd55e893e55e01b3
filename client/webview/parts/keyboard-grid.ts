import { VirtualizerController } from '@tanstack/lit-virtual';
import { LitElement } from 'lit';

/** The rows of a grid that are drawn, and the room that those above and below them take, in pixels. */
export interface DrawnRows {
  readonly indices: readonly number[];
  readonly above: number;
  readonly below: number;
  /** Whether the place that the keyboard is at is among them. */
  readonly activeIsDrawn: boolean;
}

export interface GridKeys {
  /** Rows that are drawn beyond each end of those in view. */
  readonly overscan: number;
  /** Rows that Page Up and Down move by. */
  readonly page: number;
  /** Whether there are places beside each other, between which left and right move. */
  readonly sideways: boolean;
}

/**
 * A grid of any length inside an element of class `viewport`, of which only the rows in view are drawn. Arrow keys, Page
 * Up and Down, Home and End move through it; Enter and Space choose the place that the keyboard is at.
 */
export abstract class KeyboardGrid extends LitElement {
  declare active: number;
  private readonly window: VirtualizerController<HTMLElement, HTMLElement>;

  protected constructor(private readonly keys: GridKeys) {
    super();
    this.active = 0;
    this.window = new VirtualizerController<HTMLElement, HTMLElement>(this, {
      getScrollElement: () => this.querySelector<HTMLElement>('.viewport'),
      count: 0,
      estimateSize: (row) => this.heightOf(row),
      overscan: keys.overscan,
    });
  }

  /** Of a row, in pixels. */
  protected abstract heightOf(row: number): number;
  protected abstract rowOf(place: number): number;
  /** The place so many rows below the active one, or above it, as far as there are rows. */
  protected abstract placeBelow(rows: number): number;
  protected abstract get places(): number;
  protected abstract choose(place: number): void;

  protected override createRenderRoot(): this {
    return this;
  }

  protected get virtualizer() {
    return this.window.getVirtualizer();
  }

  protected setRowCount(count: number): void {
    this.virtualizer.setOptions({ ...this.virtualizer.options, count });
  }

  protected get drawn(): DrawnRows {
    const items = this.virtualizer.getVirtualItems();
    const indices = items.map(({ index }) => index);
    return {
      indices,
      above: items[0]?.start ?? 0,
      below: this.virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0),
      activeIsDrawn: indices.includes(this.rowOf(this.active)),
    };
  }

  /** Keys that go to something inside of the grid, such as a button in its head, are not the grid's. */
  protected readonly onKey = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const place = this.placeAfter(event.key);
    if (!this.tookKey(event)) {
      if (event.key === 'Enter' || event.key === ' ') this.choose(this.active);
      else if (place !== undefined) this.goTo(place);
      else return;
    }
    event.preventDefault();
  };

  /** A grid may take more keys than those of every grid, or take them for something else. */
  protected tookKey(_event: KeyboardEvent): boolean {
    return false;
  }

  protected goTo(place: number): void {
    this.active = place;
    this.virtualizer.scrollToIndex(this.rowOf(place));
  }

  /** Where a key leads; undefined for a key that leads nowhere. */
  private placeAfter(key: string): number | undefined {
    const last = Math.max(0, this.places - 1);
    const { page, sideways } = this.keys;
    if (key === 'ArrowUp') return this.placeBelow(-1);
    if (key === 'ArrowDown') return this.placeBelow(1);
    if (key === 'PageUp') return this.placeBelow(-page);
    if (key === 'PageDown') return this.placeBelow(page);
    if (key === 'Home') return 0;
    if (key === 'End') return last;
    if (key === 'ArrowLeft' && sideways) return Math.max(0, this.active - 1);
    if (key === 'ArrowRight' && sideways) return Math.min(this.active + 1, last);
    return undefined;
  }
}
