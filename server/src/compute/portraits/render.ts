import type { RgbImage } from '../images/decode.js';
import { noise, step } from './curves.js';
import { Hair } from './hair.js';
import { type Colour, type Identity, mix } from './identity.js';
import { FacePaint } from './paint.js';
import { Relief } from './relief.js';
import type { Scene } from './scene.js';

/** Steps of the search for the point of the face that a pixel shows. */
const PARALLAX_STEPS = 6;
/** Distance over which the slope of the face is measured. */
const SLOPE = 0.02;
/** Softness of the face's outline, in face units. */
const OUTLINE = 0.03;

/** Draws a person under given circumstances as a square picture of `size` pixels. */
export function renderPortrait(who: Identity, how: Scene, size: number): RgbImage {
  const artist = new Artist(who, how);
  const data = new Uint8Array(size * size * 3);
  const unit = how.framing.scale * size;
  for (let row = 0, to = 0; row < size; row++) {
    for (let column = 0; column < size; column++, to += 3) {
      const x = (column + 0.5 - how.framing.x * size) / unit;
      const y = (row + 0.5 - how.framing.y * size) / unit;
      const [red, green, blue] = artist.colourAt(x, y, row / size);
      data[to] = toByte(red);
      data[to + 1] = toByte(green);
      data[to + 2] = toByte(blue);
    }
  }
  return { data, width: size, height: size };
}

/** Linear light to 8-bit sRGB, with a soft shoulder at the bright end. */
function toByte(linear: number): number {
  const exposed = 1 - Math.exp(-1.35 * Math.max(0, linear));
  return 255 * exposed ** (1 / 2.2);
}

const BLACK: Colour = [0, 0, 0];

class Artist {
  private readonly relief: Relief;
  private readonly paint: FacePaint;
  private readonly hair: Hair;
  private readonly cosRoll: number;
  private readonly sinRoll: number;

  constructor(
    private readonly who: Identity,
    private readonly how: Scene,
  ) {
    this.relief = new Relief(who, how);
    this.paint = new FacePaint(who, how);
    this.hair = new Hair(who);
    this.cosRoll = Math.cos(how.pose.roll);
    this.sinRoll = Math.sin(how.pose.roll);
  }

  /** The colour of the picture at a point in face units; `share` is the height in the picture, 0 at its top. */
  colourAt(px: number, py: number, share: number): Colour {
    const x = px * this.cosRoll + py * this.sinRoll;
    const y = -px * this.sinRoll + py * this.cosRoll;
    const [u, v] = this.faceAt(x, y);
    const cover = this.coverage(u, v);
    const face = cover > 0 ? this.lit(u, v) : BLACK;
    return cover < 1 ? mix(this.behind(px, py, x, y, share), face, cover) : face;
  }

  /** The point of the face that is seen at (x, y): its depth shifts it as the head turns. */
  private faceAt(x: number, y: number): [number, number] {
    const { yaw, pitch } = this.how.pose;
    let u = x;
    let v = y;
    for (let n = 0; n < PARALLAX_STEPS; n++) {
      const z = this.relief.depth(u, v) - 0.5;
      u = (x - z * Math.sin(yaw)) / Math.cos(yaw);
      v = (y - z * Math.sin(pitch)) / Math.cos(pitch);
    }
    return [u, v];
  }

  private coverage(u: number, v: number): number {
    const half = this.relief.halfWidth(v);
    return half === 0 ? 0 : step(half + OUTLINE / 2, half - OUTLINE, Math.abs(u));
  }

  private lit(u: number, v: number): Colour {
    const slopeX = (this.relief.depth(u + SLOPE, v) - this.relief.depth(u - SLOPE, v)) / (2 * SLOPE);
    const slopeY = (this.relief.depth(u, v + SLOPE) - this.relief.depth(u, v - SLOPE)) / (2 * SLOPE);
    const covered = this.hair.overFace(u, v);
    const surface = covered >= 1 ? { colour: this.hair.colour(u, v), shine: 0.05 } : this.paint.at(u, v);
    const colour = covered > 0 && covered < 1 ? mix(surface.colour, this.hair.colour(u, v), covered) : surface.colour;
    return this.shade(colour, surface.shine * (1 - covered), -slopeX, -slopeY);
  }

  /** Lambert's law with light from around, and a highlight towards the viewer (Blinn). */
  private shade(colour: Colour, shine: number, nx: number, ny: number): Colour {
    const { yaw, pitch } = this.how.pose;
    const length = Math.hypot(nx, ny, 1);
    const normal: Colour = turned([nx / length, ny / length, 1 / length], yaw, pitch);
    const { direction, ambient, strength, tint } = this.how.light;
    const diffuse = Math.max(0, dot(normal, direction));
    const sky = ambient * (0.75 - 0.25 * normal[1]) * (0.55 + 0.45 * normal[2]);
    const half = unit([direction[0], direction[1], direction[2] + 1]);
    const gloss = shine * Math.max(0, dot(normal, half)) ** 22;
    const light = sky + strength * diffuse;
    return [0, 1, 2].map((c) => (colour[c] * light + 0.5 * gloss * strength) * tint[c]) as unknown as Colour;
  }

  /** Everything that the face is in front of: background, neck, shoulders, hair, ears. */
  private behind(px: number, py: number, x: number, y: number, share: number): Colour {
    const { background, seed } = this.how;
    const grain =
      1 + background.grain * (noise(px * 1.3, py * 1.3, seed) + 0.4 * noise(px * 4, py * 4, seed + 1) - 0.7);
    let colour = scaled(mix(background.top, background.bottom, share), grain);
    const backHair = this.who.hair.style === 'long' ? this.hair.around(x, y) : 0;
    if (backHair > 0) colour = mix(colour, scaled(this.hair.colour(x, y), 0.55), backHair);
    colour = this.body(colour, px, py);
    colour = this.ear(colour, x, y);
    const standing = this.who.hair.style === 'long' ? 0 : this.hair.around(x, y);
    return standing > 0 ? mix(colour, scaled(this.hair.colour(x, y), 0.75), standing) : colour;
  }

  private body(behind: Colour, px: number, py: number): Colour {
    const { chin, width } = this.who.face;
    const neck = width * 0.58 + 0.25 * step(chin + 0.1, chin + 0.6, py) ** 2;
    const inNeck = step(neck + 0.03, neck - 0.03, Math.abs(px)) * step(0.4, 0.5, py);
    const shadow = 0.42 + 0.35 * step(chin, chin + 0.5, py);
    const skin = scaled(this.who.skin, shadow * (1 - 0.35 * (px / neck) ** 2));
    const collar = chin + 0.42 + 0.22 * Math.abs(px) ** 1.3 + 0.25 * Math.exp(-((px / 0.5) ** 2));
    const inClothes = step(collar - 0.04, collar + 0.04, py) * step(2.1, 2.0, Math.abs(px) - 0.4 * (py - 1));
    if (inNeck === 0 && inClothes === 0) return behind;
    const cloth = scaled(this.how.clothes, 0.7 + 0.3 * noise(px * 2, py * 6, this.how.seed + 2));
    return mix(mix(behind, skin, inNeck), cloth, inClothes);
  }

  private ear(behind: Colour, x: number, y: number): Colour {
    const { yaw } = this.how.pose;
    const { ears, face, eyes, skin } = this.who;
    const side = Math.sign(x);
    const centre = face.width * Math.cos(yaw) * 0.99 + 0.35 * side * Math.sin(-yaw);
    const dx = (Math.abs(x) - centre) / (ears * 0.62);
    const dy = (y - eyes.y - 0.16) / (ears * 1.25);
    const r = dx * dx + dy * dy;
    const fold = 0.7 + 0.3 * step(0.15, 0.6, r);
    return mix(behind, scaled(skin, 0.62 * fold), step(1.1, 0.85, r));
  }
}

/** A direction of the head as it is turned and nodded. */
function turned([x, y, z]: Colour, yaw: number, pitch: number): Colour {
  const tx = x * Math.cos(yaw) + z * Math.sin(yaw);
  const tz = z * Math.cos(yaw) - x * Math.sin(yaw);
  return [tx, y * Math.cos(pitch) + tz * Math.sin(pitch), tz * Math.cos(pitch) - y * Math.sin(pitch)];
}

function dot(a: Colour, b: Colour): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function unit(v: Colour): Colour {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

function scaled(colour: Colour, by: number): Colour {
  return [colour[0] * by, colour[1] * by, colour[2] * by];
}
