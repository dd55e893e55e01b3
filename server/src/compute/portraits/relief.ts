import { bell, step } from './curves.js';
import type { Identity } from './identity.js';
import type { Scene } from './scene.js';

const SKULL_DEPTH = 0.95;
/** The sides are cut off before they are too steep: a steeper face would fold over itself when it turns. */
const ROUNDNESS = 1.25;
/** The depth is computed on a grid of this spacing over these bounds, in face units, and interpolated. */
const SPACING = 0.025;
const LEFT = -1.5;
const TOP = -1.8;
const COLUMNS = 121;
const ROWS = 138;

/** The shape of a head: half its width at a height, and its depth at a point of the face. */
export class Relief {
  private readonly grid = new Float32Array(COLUMNS * ROWS);

  constructor(
    private readonly who: Identity,
    private readonly how: Scene,
  ) {
    for (let row = 0; row < ROWS; row++) {
      for (let column = 0; column < COLUMNS; column++) {
        this.grid[row * COLUMNS + column] = this.exactDepth(LEFT + column * SPACING, TOP + row * SPACING);
      }
    }
  }

  /** Half the width of the head at height `y`; 0 above the crown and below the chin. */
  halfWidth(y: number): number {
    const { width, chin, jaw, taper, forehead } = this.who.face;
    const low = chin + 0.06 * this.how.expression.open;
    if (y <= -forehead || y >= low) return 0;
    if (y < 0) return width * Math.sqrt(1 - (y / -forehead) ** 2.6) ** 0.9;
    const t = y / low;
    return width * (1 - taper * t ** 1.4) * (1 - t ** jaw) ** 0.5;
  }

  /** How far the face comes towards the viewer at (x, y). */
  depth(x: number, y: number): number {
    const column = Math.min(COLUMNS - 2, Math.max(0, (x - LEFT) / SPACING));
    const row = Math.min(ROWS - 2, Math.max(0, (y - TOP) / SPACING));
    const at = Math.floor(row) * COLUMNS + Math.floor(column);
    const fx = column % 1;
    const fy = row % 1;
    const top = this.grid[at] * (1 - fx) + this.grid[at + 1] * fx;
    const bottom = this.grid[at + COLUMNS] * (1 - fx) + this.grid[at + COLUMNS + 1] * fx;
    return top * (1 - fy) + bottom * fy;
  }

  private exactDepth(x: number, y: number): number {
    const half = this.halfWidth(Math.max(-0.88 * this.who.face.forehead, Math.min(y, this.who.face.chin * 0.93)));
    const across = Math.min(1, Math.abs(x) / (half * ROUNDNESS));
    return SKULL_DEPTH * (1 - across ** 2) ** 0.75 * this.profile(y) + this.features(x, y);
  }

  /** The head falls back towards the crown, and a little towards the chin. */
  private profile(y: number): number {
    const { chin, forehead } = this.who.face;
    return y < 0 ? 1 - 0.45 * Math.min(1, (y / forehead) ** 4) : 1 - 0.2 * Math.min(1.2, (y / chin) ** 2);
  }

  private features(x: number, y: number): number {
    const { eyes, face, brows, age } = this.who;
    const ax = Math.abs(x);
    const { smile } = this.how.expression;
    let z = 0.05 * bell(ax - 0.32, y - brows.y - 0.06, 0.4, 0.12);
    z -= eyes.depth * bell(ax - eyes.apart * 0.92, y - eyes.y, 0.24, 0.14);
    z += 0.055 * bell(ax - eyes.apart, y - eyes.y, 0.15, 0.1);
    z += (face.cheeks + 0.045 * smile) * bell(ax - 0.56, y - 0.22 + 0.05 * smile, 0.26, 0.22);
    z -= (0.012 + 0.022 * age + 0.03 * smile) * bell(ax - 0.36 - 0.22 * (y - 0.5), y - 0.52, 0.05, 0.2);
    return z + this.nose(x, y) + this.mouth(x, y) + 0.08 * bell(x, y - face.chin + 0.16, 0.22, 0.13);
  }

  private nose(x: number, y: number): number {
    const { length, width, bridge, height, tip } = this.who.nose;
    const top = this.who.eyes.y - 0.04;
    const end = length;
    const along = (y - top) / (end - top);
    const rise = along < 0 ? 0.25 * Math.exp(-((along / 0.3) ** 2)) : Math.min(1, 0.25 + 0.75 * along);
    const under = 1 - step(end - 0.05, end + 0.16, y);
    const wide = bridge + (width * 0.62 - bridge) * step(0.35, 1, along);
    const ridge = height * rise * under * Math.exp(-((x / wide) ** 2));
    const ball = 0.3 * tip * bell(x, y - end + 0.03, tip * 1.1, tip);
    return ridge + ball + 0.1 * bell(Math.abs(x) - width * 0.78, y - end + 0.015, 0.075, 0.085);
  }

  private mouth(x: number, y: number): number {
    const { mouth } = this.who;
    const { open } = this.how.expression;
    const wide = mouth.width * 1.05;
    const upper = 0.055 * bell(x, y - mouth.y + mouth.upper * 0.7, wide * 0.8, mouth.upper * 1.1);
    const lower = 0.07 * bell(x, y - mouth.y - mouth.lower * 0.75 - 0.12 * open, wide * 0.62, mouth.lower * 1.1);
    const dip = 0.05 * bell(x, y - mouth.y - mouth.lower * 2.1 - 0.1 * open, wide * 0.6, 0.06);
    const philtrum = 0.018 * bell(x, y - (mouth.y + this.who.nose.length) / 2, 0.04, 0.1);
    return 0.06 * bell(x, y - mouth.y, wide, 0.25) + upper + lower - dip - philtrum;
  }
}
