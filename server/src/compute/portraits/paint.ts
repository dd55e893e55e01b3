import { bell, noise, step } from './curves.js';
import { type Colour, type Identity, mix } from './identity.js';
import type { Scene } from './scene.js';

/** The colour of a point before light falls on it, and how much it shines. */
export interface Surface {
  readonly colour: Colour;
  readonly shine: number;
}

const SCLERA: Colour = [0.62, 0.58, 0.55];
const PUPIL: Colour = [0.004, 0.004, 0.004];
const TEETH: Colour = [0.6, 0.56, 0.48];
const INSIDE: Colour = [0.05, 0.012, 0.012];

/** Paints what lies on the skin: cheeks, lips, eyes, brows, beard, glasses. Points are in face units. */
export class FacePaint {
  private readonly mouthY: number;

  constructor(
    private readonly who: Identity,
    private readonly how: Scene,
  ) {
    this.mouthY = who.mouth.y;
  }

  at(x: number, y: number): Surface {
    let colour = this.skin(x, y);
    colour = this.lips(colour, x, y);
    colour = this.beard(colour, x, y);
    colour = this.brow(colour, x, y);
    colour = this.eye(colour, x, y);
    return this.glasses({ colour, shine: 0.14 }, x, y);
  }

  private skin(x: number, y: number): Colour {
    const { skin, freckles, age, seed, eyes, nose } = this.who;
    const blotches = 0.93 + 0.14 * noise(x * 3, y * 3, seed) * (0.5 + 0.5 * noise(x * 24, y * 24, seed + 1));
    const red = 0.14 * bell(Math.abs(x) - 0.55, y - 0.25, 0.3, 0.22) + 0.12 * bell(x, y - nose.length, 0.14, 0.1);
    const spots = freckles * step(0.72, 0.86, noise(x * 26, y * 26, seed + 2)) * bell(x, y - 0.1, 0.75, 0.3);
    const tired = (0.1 + 0.16 * age) * bell(Math.abs(x) - eyes.apart, y - eyes.y - 0.15, 0.16, 0.05);
    const nostrils = 0.75 * bell(Math.abs(x) - nose.width * 0.5, y - nose.length - 0.045, 0.05, 0.022);
    const lines =
      age * 0.12 * step(0.55, 1, Math.cos((y + 0.03 * Math.cos(6 * x)) * 60)) * bell(x, y + 0.68, 0.45, 0.12);
    const shade = blotches * (1 - spots * 0.35) * (1 - tired) * (1 - nostrils) * (1 - lines);
    return [skin[0] * shade * (1 + 0.3 * red), skin[1] * shade * (1 - red), skin[2] * shade * (1 - red)];
  }

  private lips(under: Colour, x: number, y: number): Colour {
    const { width, upper, lower, bow, colour } = this.who.mouth;
    const { smile, open } = this.how.expression;
    const half = width * (1 + 0.22 * smile - 0.1 * open);
    const across = Math.abs(x) / half;
    if (across > 1.15) return under;
    const arch = Math.sqrt(Math.max(0, 1 - across ** 2));
    const bend = -0.11 * smile * across ** 2;
    const line = this.mouthY + bend + bow * (1 - Math.min(1, Math.abs(x) / (half * 0.5)));
    const gap = 0.16 * open * arch + 0.045 * smile * arch;
    const top = line - upper * arch * (1 - 0.35 * Math.exp(-((x / 0.05) ** 2)));
    const bottom = line + gap + lower * arch;
    const mask = step(1.06, 0.96, across) * step(top - 0.012, top + 0.012, y) * step(bottom + 0.014, bottom - 0.014, y);
    const parting = 0.75 * Math.exp(-(((y - line) / 0.014) ** 2)) * step(1.1, 0.9, across);
    const lip = mix(mix(under, colour, 0.9 * mask), PUPIL, parting * (gap > 0.02 ? 0 : 1));
    if (gap <= 0.02) return lip;
    const mouth =
      step(line - 0.008, line + 0.012, y) * step(line + gap + 0.008, line + gap - 0.012, y) * step(1, 0.9, across);
    const teeth = step(line + 0.62 * gap, line + 0.45 * gap, y) * step(0.85, 0.7, across);
    return mix(lip, mix(INSIDE, TEETH, teeth), mouth);
  }

  private beard(under: Colour, x: number, y: number): Colour {
    const { kind, length } = this.who.beard;
    if (kind === 'none') return under;
    const { nose, face, hair, seed } = this.who;
    const lip = bell(x, y - (nose.length + this.mouthY) / 2 - 0.07, 0.34, 0.09);
    const mouth = bell(x, y - this.mouthY - 0.02, 0.3, 0.085);
    const jaw = step(0.28, 0.75, y + 0.55 * (Math.abs(x) / face.width) ** 2 - 0.05) * (1 - mouth);
    const where = kind === 'moustache' ? lip * step(0, 0.06, y - nose.length - 0.06) : Math.max(jaw, lip * (1 - mouth));
    const hairs = 0.45 + 0.55 * noise(x * 45, y * 28, seed + 3);
    const cover = kind === 'stubble' ? 0.42 : 0.92 * (0.7 + 0.3 * length);
    return mix(under, hair.colour, Math.min(1, where * 1.3) * cover * hairs);
  }

  private brow(under: Colour, x: number, y: number): Colour {
    const { eyes, brows, hair, seed } = this.who;
    const ax = Math.abs(x) - eyes.apart;
    const along = ax / brows.length;
    if (Math.abs(along) > 1.2) return under;
    const lift = 0.07 * this.how.expression.brows;
    const centre = brows.y - lift - brows.arch * (1 - (along - 0.25) ** 2) + brows.tilt * along + brows.arch * 0.6;
    const thick = brows.thick * (1 - 0.45 * step(0, 1, along)) * step(1.1, 0.8, Math.abs(along));
    if (thick <= 0) return under;
    const mask = Math.exp(-(((y - centre) / thick) ** 4));
    const hairs = 0.6 + 0.4 * noise(x * 60 + y * 30, y * 14, seed + 4);
    return mix(under, mix(hair.colour, PUPIL, 0.35), brows.dark * mask * hairs);
  }

  private eye(under: Colour, x: number, y: number): Colour {
    const { eyes, hair, skin } = this.who;
    const side = x < 0 ? -1 : 1;
    const dx = Math.abs(x) - eyes.apart;
    const along = dx / eyes.width;
    if (Math.abs(along) > 1.5) return under;
    const dy = y - eyes.y + eyes.tilt * dx;
    const height = eyes.width * eyes.open * Math.max(0.25, this.how.expression.eyes - 0.22 * this.how.expression.smile);
    const lid = -height * (1 - along ** 2) * (along < 0 ? 1 : 1 - 0.12 * along);
    const low = height * 0.72 * (1 - along ** 2);
    const opening =
      step(lid - 0.008, lid + 0.008, dy) * step(low + 0.008, low - 0.008, dy) * step(1.03, 0.97, Math.abs(along));
    const crease = 0.4 * Math.exp(-(((dy - lid + 0.055) / 0.016) ** 2)) * step(1.25, 0.8, Math.abs(along));
    const lash = 0.9 * Math.exp(-(((dy - lid) / 0.017) ** 2)) * step(1.12, 0.95, Math.abs(along));
    const lower = 0.3 * Math.exp(-(((dy - low) / 0.013) ** 2)) * step(1.1, 0.9, Math.abs(along));
    const base = mix(mix(under, mix(skin, PUPIL, 0.6), crease), PUPIL, lower);
    const ball = this.eyeball(dx * side - this.how.expression.gaze * eyes.width, dy, along, lid);
    return mix(mix(base, ball, opening), mix(hair.colour, PUPIL, 0.7), lash);
  }

  private eyeball(dx: number, dy: number, along: number, lid: number): Colour {
    const { eyes } = this.who;
    const radius = eyes.width * 0.46;
    const r = Math.hypot(dx, dy + 0.01) / radius;
    const white = mix(SCLERA, [0.4, 0.25, 0.22], 0.5 * Math.abs(along) ** 3);
    const iris = mix(mix(eyes.iris, SCLERA, 0.12 * step(0.3, 0.8, r)), PUPIL, step(0.82, 1, r) * 0.7);
    const eye = mix(mix(iris, white, step(0.95, 1.08, r)), PUPIL, step(0.5, 0.4, r));
    const shadow = 0.45 * step(lid + 0.07, lid, dy);
    const glint = bell(dx + radius * 0.3, dy + radius * 0.38, radius * 0.2, radius * 0.2);
    return mix(mix(eye, PUPIL, shadow), [0.95, 0.95, 0.95], glint);
  }

  private glasses(under: Surface, x: number, y: number): Surface {
    const { worn, round, size, thick, colour } = this.who.glasses;
    if (!worn) return under;
    const { eyes } = this.who;
    const dx = Math.abs(x) - eyes.apart * 1.02;
    const dy = (y - eyes.y - 0.04) * 1.22;
    const r = (Math.abs(dx / size) ** round + Math.abs(dy / size) ** round) ** (1 / round);
    const rim = Math.exp(-((((r - 1) * size) / thick) ** 4));
    const bridge =
      step(eyes.apart * 1.02 - size + 0.02, eyes.apart * 1.02 - size - 0.01, Math.abs(x)) *
      Math.exp(-(((y - eyes.y) / thick) ** 4));
    const temple = step(size * 0.95, size, dx) * Math.exp(-(((y - eyes.y + 0.05) / thick) ** 4));
    const frame = Math.min(1, Math.max(rim, bridge, temple));
    const lens = step(1, 0.95, r) * 0.1;
    return {
      colour: mix(mix(under.colour, [0.7, 0.75, 0.8], lens * 0.4), colour, frame),
      shine: under.shine + lens + 0.3 * frame,
    };
  }
}
