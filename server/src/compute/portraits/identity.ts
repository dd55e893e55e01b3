import { Random } from '../random.js';

/** Linear RGB, 0–1. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * What makes a person, in units of half the width of an average face; (0, 0) lies between the eyes and the mouth,
 * y downwards.
 */
export interface Identity {
  readonly seed: number;
  readonly masculine: boolean;
  readonly skin: Colour;
  readonly face: { width: number; chin: number; jaw: number; taper: number; cheeks: number; forehead: number };
  readonly eyes: { apart: number; y: number; width: number; open: number; tilt: number; iris: Colour; depth: number };
  readonly brows: { y: number; thick: number; arch: number; tilt: number; dark: number; length: number };
  readonly nose: { length: number; width: number; bridge: number; height: number; tip: number };
  readonly mouth: { y: number; width: number; upper: number; lower: number; bow: number; colour: Colour };
  readonly hair: { colour: Colour; line: number; style: HairStyle; volume: number; part: number };
  readonly beard: { kind: Beard; length: number };
  readonly glasses: { worn: boolean; round: number; size: number; thick: number; colour: Colour };
  readonly ears: number;
  readonly age: number;
  readonly freckles: number;
}

export type HairStyle = 'bald' | 'short' | 'full' | 'long';
export type Beard = 'none' | 'stubble' | 'moustache' | 'full';

/** Skin from light to dark. */
const SKINS: readonly Colour[] = [
  [0.78, 0.53, 0.42],
  [0.68, 0.43, 0.32],
  [0.56, 0.33, 0.22],
  [0.42, 0.23, 0.14],
  [0.27, 0.14, 0.085],
  [0.15, 0.075, 0.045],
];
const HAIR: readonly Colour[] = [
  [0.012, 0.01, 0.009],
  [0.035, 0.02, 0.012],
  [0.09, 0.045, 0.02],
  [0.28, 0.15, 0.06],
  [0.5, 0.34, 0.16],
  [0.22, 0.06, 0.02],
  [0.42, 0.41, 0.4],
];
const IRISES: readonly Colour[] = [
  [0.05, 0.025, 0.012],
  [0.12, 0.06, 0.025],
  [0.12, 0.13, 0.05],
  [0.1, 0.2, 0.34],
  [0.22, 0.27, 0.3],
];

/** Draws the person number `index` of a seed; the same arguments give the same person. */
export function drawIdentity(seed: number, index: number): Identity {
  const r = new Random(seed, 'identity', index);
  const tone = r.between(0, SKINS.length - 1);
  const dark = tone / (SKINS.length - 1);
  const skin = mix(SKINS[Math.floor(tone)], SKINS[Math.ceil(tone)], tone % 1);
  const masculine = r.chance(0.5);
  const hairColour = r.pick(dark > 0.55 ? HAIR.slice(0, 2) : HAIR);
  return {
    seed: Math.floor(r.between(0, 2 ** 31)),
    masculine,
    skin,
    face: drawFace(r, masculine),
    eyes: {
      apart: r.around(0.43, 0.0252),
      y: r.around(-0.22, 0.0288),
      width: r.around(0.2, 0.0144),
      open: r.around(0.36, 0.0504),
      tilt: r.around(0.03, 0.0432),
      iris: r.pick(dark > 0.5 ? IRISES.slice(0, 2) : IRISES),
      depth: r.around(0.1, 0.0252),
    },
    brows: {
      y: r.around(masculine ? -0.44 : -0.49, 0.0252),
      thick: r.around(masculine ? 0.06 : 0.04, 0.0094),
      arch: r.around(masculine ? 0.05 : 0.075, 0.0144),
      tilt: r.around(0.05, 0.0252),
      dark: r.between(0.45, 0.95),
      length: r.around(0.29, 0.018),
    },
    nose: {
      length: r.around(0.36, 0.036),
      width: r.around(0.19 + 0.06 * dark, 0.018),
      bridge: r.around(0.085, 0.0115),
      height: r.around(0.32, 0.036),
      tip: r.around(0.11, 0.0144),
    },
    mouth: {
      y: r.around(0.72, 0.0288),
      width: r.around(0.36, 0.0288),
      upper: r.around(0.06 + 0.025 * dark, 0.0115),
      lower: r.around(0.085 + 0.025 * dark, 0.0144),
      bow: r.around(0.02, 0.0086),
      colour: mix(skin, [0.42, 0.1, 0.09], masculine ? r.between(0.25, 0.5) : r.between(0.4, 0.85)),
    },
    hair: {
      colour: hairColour,
      line: r.around(masculine ? -0.86 : -0.82, 0.0504),
      style: drawHairStyle(r, masculine),
      volume: r.between(0.08, 0.3),
      part: r.between(-0.6, 0.6),
    },
    beard: {
      kind: masculine ? r.pick<Beard>(['none', 'none', 'stubble', 'moustache', 'full']) : 'none',
      length: r.between(0.5, 1),
    },
    glasses: drawGlasses(r),
    ears: r.around(0.2, 0.0216),
    age: r.between(0, 1) ** 1.5,
    freckles: dark < 0.3 && r.chance(0.3) ? r.between(0.3, 1) : 0,
  };
}

function drawFace(r: Random, masculine: boolean): Identity['face'] {
  return {
    width: r.around(0.98, 0.0432),
    chin: r.around(masculine ? 1.24 : 1.15, 0.0504),
    jaw: r.around(masculine ? 4.6 : 3.3, 0.576),
    taper: r.around(masculine ? 0.2 : 0.28, 0.0432),
    cheeks: r.around(0.06, 0.018),
    forehead: r.around(1.3, 0.0432),
  };
}

function drawHairStyle(r: Random, masculine: boolean): HairStyle {
  return masculine
    ? r.pick<HairStyle>(['bald', 'short', 'short', 'full', 'full'])
    : r.pick<HairStyle>(['full', 'long', 'long', 'long']);
}

function drawGlasses(r: Random): Identity['glasses'] {
  return {
    worn: r.chance(0.2),
    round: r.between(2, 5),
    size: r.around(0.29, 0.018),
    thick: r.between(0.018, 0.04),
    colour: r.pick<Colour>([
      [0.01, 0.01, 0.012],
      [0.12, 0.04, 0.015],
      [0.25, 0.24, 0.22],
    ]),
  };
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}
