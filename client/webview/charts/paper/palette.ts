import type { PAPER_THEMES } from '../../../../server/src/protocol/images/paper-figure.js';

export type PaperTheme = (typeof PAPER_THEMES)[number];

/** Colours of a saved figure by the names of the style sheet, as `#rrggbb`; `page` is `none` where there is nothing behind it. */
export type Palette = Readonly<Record<string, string>>;

/*
 * The eight colours of Okabe and Ito, “Color Universal Design”, 2008, which people of every colour vision tell apart, and
 * two greys for runs nine and ten. Those that are printed palest come last: nothing is told by a colour alone.
 */
const ON_WHITE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#f0e442'];
const ON_BLACK = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#d55e00', '#ffffff', '#0072b2'];

const LIGHT = paletteOf({ page: '#ffffff', text: '#1d2125', muted: '#555b63', line: '#d9dbd7' }, [
  ...ON_WHITE,
  ...['#6b7280', '#9ca3af'],
]);
const DARK = paletteOf({ page: '#16181c', text: '#f2f3f5', muted: '#b4bac4', line: '#3a3f48' }, [
  ...ON_BLACK,
  ...['#9ca3af', '#d1d5db'],
]);

export const PALETTES: Readonly<Record<PaperTheme, Palette>> = {
  light: LIGHT,
  dark: DARK,
  transparent: { ...LIGHT, page: 'none' },
};

interface Ground {
  readonly page: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
}

/** Shares of the second colour are those of the style sheet. */
function paletteOf(ground: Ground, runs: readonly string[]): Palette {
  const pale = (colour: string) => mixed(colour, ground.page, 0.5);
  const first = runs[0] as string;
  return {
    ...ground,
    whole: mixed(ground.text, ground.page, 0.13),
    accent: first,
    'accent-pale': pale(first),
    ...Object.fromEntries(
      runs.flatMap((colour, n) => [
        [`run-${n}`, colour],
        [`run-${n}-pale`, pale(colour)],
      ]),
    ),
  };
}

/** `share` of the first colour in the second. */
function mixed(colour: string, into: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [colour, into].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number];
    return Math.round(share * a + (1 - share) * b);
  });
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
