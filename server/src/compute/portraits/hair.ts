import { noise, step } from './curves.js';
import { type Colour, type Identity, mix } from './identity.js';

/** Where hair covers the head or stands out around it, and its colour with strands. Points are in face units. */
export class Hair {
  constructor(private readonly who: Identity) {}

  /** How much of the forehead's skin is covered at (x, y), 0–1. */
  overFace(x: number, y: number): number {
    const { style, line, part } = this.who.hair;
    if (style === 'bald') return 0;
    const { width } = this.who.face;
    const across = (x - part * 0.25) / width;
    const wave = 0.05 * noise(x * 5, 0.5, this.who.seed + 5) + 0.025 * noise(x * 16, 2.5, this.who.seed + 6);
    const edge = line + 0.3 * across ** 2 * (style === 'short' ? 0.5 : 0.8) + wave;
    const sides = step(0.88, 0.99, Math.abs(x) / Math.max(0.2, this.sideEdge(y)));
    const low = style === 'long' ? 2 : style === 'full' ? 0.05 : -0.12;
    return Math.max(step(edge + 0.05, edge - 0.05, y), sides * step(low + 0.1, low - 0.1, y));
  }

  /** How much hair there is outside of the face at (x, y), 0–1: behind it and above. */
  around(x: number, y: number): number {
    const { style, volume } = this.who.hair;
    if (style === 'bald') return 0;
    const { width, forehead } = this.who.face;
    const thick = style === 'short' ? 0.05 + 0.25 * volume : 0.08 + 0.7 * volume;
    const rough = 0.05 * noise(x * 9, y * 9, this.who.seed + 7);
    const crown = Math.hypot(x / (width + thick), Math.min(0, y) / (forehead + thick));
    const cap = step(1.02 + rough, 0.96 + rough, crown);
    if (y <= 0) return cap;
    if (style === 'short') return cap * step(0.1, -0.1, y);
    if (style === 'full') return cap * step(0.35, 0.1, y);
    const fall = width + thick + 0.1 * Math.sin(y * 2 + this.who.seed);
    return step(fall + 0.04, fall - 0.04, Math.abs(x)) * step(2.1 + rough * 4, 1.9 + rough * 4, y);
  }

  colour(x: number, y: number): Colour {
    const { colour, part } = this.who.hair;
    const angle = (x - part) * 18 + 2.2 * noise(x * 2, y * 2, this.who.seed + 8);
    const strand =
      noise(angle * 2.2, y * 2.5, this.who.seed + 9) * 0.7 + noise(angle * 6, y * 5, this.who.seed + 10) * 0.3;
    const light = mix(colour, [0.6, 0.5, 0.4], 0.12);
    return mix(mix(colour, [0, 0, 0], 0.55), light, strand);
  }

  private sideEdge(y: number): number {
    const { width, forehead } = this.who.face;
    return y < 0 ? width * Math.sqrt(Math.max(0, 1 - (y / forehead) ** 2)) : width;
  }
}
