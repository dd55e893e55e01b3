import { Random } from '../random.js';
import type { Colour } from './identity.js';

/** What differs between photographs of one person. */
export interface Scene {
  /** Turn to the side, nod, and tilt of the head, in radians. */
  readonly pose: { yaw: number; pitch: number; roll: number };
  /** Smile and open mouth in 0–1, how far the eyes are open (1 is as they are), where they look, brows raised. */
  readonly expression: { smile: number; open: number; eyes: number; gaze: number; brows: number };
  /** Direction to the light, how much of it comes from everywhere, its strength and tint. */
  readonly light: { direction: Colour; ambient: number; strength: number; tint: Colour };
  readonly background: { top: Colour; bottom: Colour; grain: number };
  readonly clothes: Colour;
  /** Half the face's width as a share of the picture's, and the face's place in it, in shares. */
  readonly framing: { scale: number; x: number; y: number };
  /** Standard deviation of noise in 8-bit steps, blur in pixels of a 256-pixel picture, JPEG quality. */
  readonly finish: { noise: number; blur: number; quality: number };
  readonly seed: number;
}

/** Draws the circumstances of photograph `image` of person `identity`. */
export function drawScene(seed: number, identity: number, image: number): Scene {
  const r = new Random(seed, 'scene', identity, image);
  const side = r.around(0, 0.7);
  const height = r.between(-0.1, 0.9);
  const warm = r.between(-0.12, 0.14);
  return {
    pose: { yaw: r.around(0, 0.3), pitch: r.around(0, 0.15), roll: r.around(0, 0.13) },
    expression: {
      smile: r.chance(0.6) ? r.between(0.2, 1) : 0,
      open: r.chance(0.3) ? r.between(0.15, 0.8) : 0,
      eyes: r.around(0.97, 0.12),
      gaze: r.around(0, 0.12),
      brows: r.around(0, 0.35),
    },
    light: {
      direction: unit([side, -height, r.between(0.7, 1.2)]),
      ambient: r.between(0.15, 0.5),
      strength: r.between(0.55, 1.35),
      tint: [1 + warm, 1, 1 - warm],
    },
    background: { top: drawColour(r), bottom: drawColour(r), grain: r.between(0, 0.5) },
    clothes: drawColour(r),
    framing: { scale: r.between(0.15, 0.28), x: r.around(0.5, 0.035), y: r.around(0.5, 0.03) },
    finish: {
      noise: r.between(0.5, 7),
      blur: r.chance(0.4) ? r.between(0.4, 1.1) : 0,
      quality: Math.round(r.between(55, 95)),
    },
    seed: Math.floor(r.between(0, 2 ** 31)),
  };
}

function drawColour(r: Random): Colour {
  const brightness = r.between(0.03, 0.6);
  return [0, 0, 0].map(() => brightness * r.between(0.6, 1.3)) as unknown as Colour;
}

function unit([x, y, z]: Colour): Colour {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
