import assert from 'node:assert/strict';
import { PALETTES, type Palette } from '../../../client/webview/charts/paper/palette.js';
import { paperSize } from '../../../server/src/protocol/images/paper-figure.js';

type Colour = readonly [number, number, number];

/** Machado, Oliveira and Fernandes, 2009, at full severity, on linear RGB. */
const VISIONS: Readonly<Record<string, readonly Colour[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** The eight of Okabe and Ito; two greys follow them. */
const OKABE_ITO = 8;

describe('colours of figures for a paper', () => {
  it('are told apart by people of every colour vision', () => {
    for (const [theme, palette] of Object.entries(PALETTES)) {
      const colours = Array.from({ length: OKABE_ITO }, (_, n) => palette[`run-${n}`] as string);
      for (const [vision, matrix] of Object.entries(VISIONS)) {
        for (const [n, a] of colours.entries()) {
          for (const b of colours.slice(n + 1)) {
            const apart = distance(labOf(seen(a, matrix)), labOf(seen(b, matrix)));
            assert.ok(apart > 9, `${a} and ${b} are ${apart.toFixed(1)} apart, ${theme}, ${vision}`);
          }
        }
      }
    }
  });

  it('keep words readable on their ground, and what a value is a part of paler than the value', () => {
    for (const [theme, palette] of Object.entries(PALETTES)) {
      const page = palette.page === 'none' ? '#ffffff' : (palette.page as string);
      const contrast = (name: string) => contrastOf(palette, name, page);
      assert.ok(contrast('text') > 7 && contrast('muted') > 4.5, theme);
      for (let n = 0; n < 7; n++) {
        assert.ok(contrast(`run-${n}`) > 2, `${theme}: run ${n}`);
        assert.ok(contrast('whole') < contrast(`run-${n}-pale`), `${theme}: run ${n}, pale`);
        assert.ok(contrast(`run-${n}-pale`) < contrast(`run-${n}`), `${theme}: run ${n} beside its pale one`);
      }
    }
  });

  it('are of figures as wide as a column, or as many millimetres', () => {
    assert.equal(paperSize('1col')?.millimetres, 86);
    assert.deepEqual(paperSize('85mm'), { millimetres: 85, points: 8 });
    assert.equal(paperSize('85.5 mm')?.millimetres, 85.5);
    for (const no of ['', '85', '85cm', '-85mm', '59mm', '1001mm', '1e2mm', '3col', 'toString', 'NaNmm']) {
      assert.equal(paperSize(no), undefined, no);
    }
  });
});

function linear(hex: string): Colour {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function seen(hex: string, matrix: readonly Colour[]): Colour {
  const rgb = linear(hex);
  return matrix.map((row) => Math.min(1, Math.max(0, dot(row, rgb)))) as unknown as Colour;
}

function contrastOf(palette: Palette, name: string, page: string): number {
  const [a, b] = [palette[name] as string, page].map((hex) => dot([0.2126, 0.7152, 0.0722], linear(hex)) + 0.05) as [
    number,
    number,
  ];
  return Math.max(a, b) / Math.min(a, b);
}

/** CIE L*a*b* under D65. */
function labOf(rgb: Colour): Colour {
  const white = [0.95047, 1, 1.08883] as const;
  const rows: readonly Colour[] = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.072175],
    [0.0193339, 0.119192, 0.9503041],
  ];
  const [x, y, z] = rows.map((row, n) => {
    const t = dot(row, rgb) / (white[n] as number);
    return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116;
  }) as unknown as Colour;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(a: Colour, b: Colour): number {
  return Math.hypot(...a.map((value, n) => value - (b[n] as number)));
}

function dot(a: Colour, b: Colour): number {
  return a.reduce((sum, value, n) => sum + value * (b[n] as number), 0);
}
