import { interval, intervalOf, percent } from '../../../server/src/protocol/figure-text.js';
import type { Results, TransferResult } from '../../../server/src/protocol/results.js';
import { figure, median, table } from '../measure.js';

export interface Made {
  /** The experiment that was run, from the root. */
  readonly template: string;
  readonly minutes: number;
}

type Poison = NonNullable<Results['poison']>[number];
type Share = 'matched' | 'top1';

/** The runs that the page is written of. */
export interface Evidence {
  /** All perturbations brought to one DSSIM, as they are saved and behind countermeasures. */
  readonly even: Results;
  /** The same, each as visible as it is by itself. */
  readonly own: Results;
}

const TITLES: Readonly<Record<string, string>> = { fawkes: 'Fawkes', lowkey: 'LowKey', pgd: 'PGD' };

/**
 * docs/evidence.md: every figure, and what is said of it, follows from the results. Throws where they have no judged
 * photographs.
 */
export function evidencePage({ even, own }: Evidence, made: Made): string {
  if (!own.transfer?.length || !even.transfer?.length)
    throw new Error('The results have no block `transfer`: there is no evidence');
  return new Page(new Judged(own), new Judged(even), made).text();
}

/** What judges made of the versions of a run. */
class Judged {
  readonly transfer: readonly TransferResult[];
  readonly poison: readonly Poison[];
  readonly judges: readonly string[];
  readonly attacks: readonly string[];
  /** Null, of what went through none, first. */
  readonly countermeasures: readonly (string | null)[];

  constructor(readonly results: Results) {
    this.transfer = results.transfer ?? [];
    this.poison = results.poison ?? [];
    this.judges = [...new Set(this.transfer.map(({ judge }) => judge))];
    this.attacks = [...new Set(this.poison.map(({ use }) => use))].filter((use) => use in TITLES);
    this.countermeasures = [...new Set(this.transfer.map(({ countermeasure }) => countermeasure))];
  }

  /** What black boxes make of attacks, all of them together. */
  blackBoxes(): TransferResult[] {
    return this.attacks.flatMap((attack) => this.rowsOf(attack)).filter(({ whiteBox }) => whiteBox === false);
  }

  rowsOf(attack: string): TransferResult[] {
    const names = new Set(this.poison.filter(({ use }) => use === attack).map(({ name }) => name));
    return this.transfer.filter(({ perturbation }) => names.has(perturbation));
  }

  find(perturbation: string, countermeasure: string | null, judge: string): TransferResult | undefined {
    return this.transfer.find(
      (row) => row.perturbation === perturbation && row.countermeasure === countermeasure && row.judge === judge,
    );
  }

  /** The untouched photographs behind the same, by the same judge. */
  original({ countermeasure, judge }: TransferResult): TransferResult | undefined {
    return this.find('original', countermeasure, judge);
  }

  plain({ perturbation, judge }: TransferResult): TransferResult | undefined {
    return this.find(perturbation, null, judge);
  }

  /** What white and black boxes make of each attack as it is saved, in one sentence each. */
  answers(): string {
    const originals = this.judges.map((judge) => this.find('original', null, judge)?.matched.rate ?? null);
    const lines = this.attacks.map((attack) => {
      const plain = this.rowsOf(attack).filter(({ countermeasure }) => countermeasure === null);
      const [white = [], black = []] = [true, false].map((box) => plain.filter(({ whiteBox }) => whiteBox === box));
      const unchanged = black.filter((row) => overlaps(row, this.original(row)));
      return `- **${TITLES[attack]}**: a network that it looked into still matches ${span(white)} of the photographs; one that it did not look into
  ${span(black)}; of the untouched photographs ${spanOf(originals)} are matched.
  ${overlapText(unchanged.length, black.length)}`;
    });
    return lines.join('\n');
  }
}

class Page {
  private readonly transfer: readonly TransferResult[];
  private readonly poison: readonly Poison[];
  private readonly judges: readonly string[];

  constructor(
    private readonly own: Judged,
    private readonly even: Judged,
    private readonly made: Made,
  ) {
    this.transfer = own.transfer;
    this.poison = own.poison;
    this.judges = own.judges;
  }

  text(): string {
    return `${[
      this.head(),
      this.answer(),
      this.meaning(),
      this.visibility(),
      this.atOneVisibility(),
      this.controls(),
      ...this.own.attacks.map((attack) => this.matrix(attack)),
      this.limits(),
      this.provenance(),
    ].join('\n\n')}\n`;
  }

  private head(): string {
    const [first] = this.transfer;
    const surrogates = new Set(this.poison.flatMap(({ surrogates }) => surrogates));
    return `# Do Fawkes and LowKey still hide a face?

Written by \`npm run evidence\` from two runs of [${this.made.template}](../${this.made.template}) on photographs: each attack looks
into one of ${surrogates.size} face networks, and ${this.judges.length} networks judge what became of ${first?.images} photographs of CelebA in the wild: all at one
visibility, and as visible as each attack is by itself, as they are saved and behind ${this.own.countermeasures.length - 1} things that a tracker may do to them. None of the networks was trained here. **A network that an attack looked into is a
white box, marked ▪; every other is a black box, which is what a tracker’s is.**

A photograph is *matched* by a judge when it lies within the judge’s own threshold of at least one other photograph of its person.
Each threshold lets in ${percent(first?.fmr)} of pairs of strangers, measured on people whom no judged photograph shows.
Intervals are of 95 % and resample people, not photographs.`;
  }

  private answer(): string {
    return `## The answer

At one visibility, a DSSIM of ${this.oneDssim()} for all, so that none hides more for being seen more:

${this.even.answers()}
- **Noise**, which aims at nothing: ${span(this.even.rowsOf('noise'))}.

As visible as each is by itself, by its authors’ constants (the table below):

${this.own.answers()}`;
  }

  private oneDssim(): string {
    return Math.max(...this.even.poison.map(({ meanDssim }) => meanDssim ?? 0)).toFixed(2);
  }

  private meaning(): string {
    const worst = this.own.blackBoxes().sort((a, b) => (a.matched.rate ?? 1) - (b.matched.rate ?? 1))[0];
    return `In plain words: ${this.even.attacks.map((attack) => hiddenText(this.even, attack)).join('; ')}. ${this.shift()}
As visible as each is by itself, ${this.own.attacks.map((attack) => hiddenText(this.own, attack)).join('; ')}.
${worst ? this.bestText(worst) : ''}
${behindText(this.even, 'At one visibility, b')}
${behindText(this.own, 'As they are, b')}`;
  }

  /** Whether what LowKey hides more than Fawkes, as they are, is there at one visibility too. */
  private shift(): string {
    const middle = (of: Judged, attack: string) =>
      median(
        of
          .rowsOf(attack)
          .flatMap((row) => (row.whiteBox === false && !row.countermeasure ? (row.matched.rate ?? []) : [])),
      );
    const [own, even] = [this.own, this.even].map((of) => middle(of, 'fawkes') - middle(of, 'lowkey'));
    return `In the middle of black boxes Fawkes leaves ${pointsOf(own)} of the photographs
matched than LowKey as they are, and ${pointsOf(even)} at one visibility.`;
  }

  /** The combination that hides best from a network which the cloak did not see. */
  private bestText(row: TransferResult): string {
    const behind = row.countermeasure === null ? '' : ` behind \`${row.countermeasure}\``;
    return `The best for the person in the photograph, of all black boxes, is \`${row.perturbation}\`${behind} before \`${row.judge}\`: ${countedText(row, 'matched')}
are still matched, untouched ${countedText(this.own.original(row), 'matched')}.`;
  }

  private visibility(): string {
    const rows = [this.own, this.even].flatMap((of) =>
      of.poison.map((one) => [
        `\`${one.name}\``,
        of === this.own ? 'its own' : 'the same for all',
        one.surrogates.map((name) => `\`${name.replace(/\.onnx$/, '')}\``).join(', ') || 'none',
        fixed(one.meanDssim, 4),
        fixed(one.meanPsnr, 1),
        one.linf === null || one.linf === undefined ? '–' : `${Math.round(255 * one.linf)}`,
        `${one.images}`,
        figure(one.seconds / Math.max(1, one.images)),
      ]),
    );
    const head = [
      'perturbation',
      'visibility',
      'looks into',
      'mean DSSIM',
      'PSNR, dB',
      'L∞ of 255',
      'photographs',
      's a photograph',
    ];
    return `## What was made\n\n${table(head, rows)}

DSSIM and PSNR are over the square around the face in the saved PNG. \`noise\` aims at nothing: what an attack does beyond it is due
to its aim. \`budget\` brings each photograph to one DSSIM by multiplying its change. Seconds are those of the machine below, on which
other work was going on.`;
  }

  /** A row a perturbation, a column a judge. */
  private atOneVisibility(): string {
    const grid = (share: Share, countermeasure: string | null = null) =>
      table(
        ['perturbation', ...this.even.judges.map((judge) => `\`${judge}\``)],
        ['original', ...this.even.poison.map(({ name }) => name)].map((name) => [
          name === 'original' ? 'untouched' : `\`${name}\``,
          ...this.even.judges.map((judge) => {
            const row = this.even.find(name, countermeasure, judge);
            return `${countedText(row, share)}${row?.whiteBox === true ? ' ▪' : ''}`;
          }),
        ]),
      );
    const behind = this.even.countermeasures.flatMap((countermeasure) =>
      countermeasure === null ? [] : `\n\nMatched behind \`${countermeasure}\`:\n\n${grid('matched', countermeasure)}`,
    );
    return `## At one visibility\n\nA DSSIM of ${this.oneDssim()} of each photograph, or at most 1 % less, as it is saved. Matched, by judge:\n\n${grid('matched')}\n\nTop-1:\n\n${grid('top1')}${behind.join('')}`;
  }

  private controls(): string {
    return `## Controls\n\nFrom here on, perturbations are as visible as each is by itself. The untouched photographs, and noise: a cloak is worth what its\nrates lie below these.\n\n${[
      'original',
      'noise',
    ]
      .map((name) => `${name === 'original' ? 'Untouched' : 'Noise'}, matched:\n\n${this.grid(name, 'matched')}`)
      .join(
        '\n\n',
      )}\n\nUntouched, the nearest other photograph shows the right person (top-1; by chance it is ${percent(this.chance())}):\n\n${this.grid('original', 'top1')}`;
  }

  private matrix(attack: string): string {
    const parts = this.poison
      .filter(({ use }) => use === attack)
      .map(
        ({
          name,
          surrogates,
        }) => `### ${TITLES[attack]}, looking into ${surrogates.map((one) => `\`${one.replace(/\.onnx$/, '')}\``).join(', ')}

Matched:\n\n${this.grid(name, 'matched')}\n\nTop-1:\n\n${this.grid(name, 'top1')}`,
      );
    return `## ${TITLES[attack]}\n\n${parts.join('\n\n')}`;
  }

  private grid(perturbation: string, share: Share): string {
    const head = ['judge', ...this.own.countermeasures.map((name) => (name === null ? 'as saved' : `\`${name}\``))];
    const rows = this.judges.map((judge) => {
      const white = this.own.find(perturbation, null, judge)?.whiteBox === true;
      const cells = this.own.countermeasures.map((name) =>
        countedText(this.own.find(perturbation, name, judge), share),
      );
      return [`\`${judge}\`${white ? ' ▪' : ''}`, ...cells];
    });
    return table(head, rows);
  }

  private limits(): string {
    const lost = this.transfer.filter(({ noFace }) => noFace > 0);
    const most = Math.max(0, ...lost.map(({ noFace }) => noFace));
    return `## What this does not show

- ${this.transfer[0]?.images} photographs: an interval is as wide as it is. It is over people; several photographs show the same.
- DSSIM is one measure of what is seen: at one DSSIM the PSNR is ${this.psnrs()}, so that by PSNR those with the highest could be made
  stronger. A change is brought there by one factor; an attack that knew the budget from its start might use it better.
- The judges are small networks, and none is a service’s. A larger one may see through more.
- The attacks have one surrogate each; their authors’ tools look into several at once. LowKey’s visibility is weighed by DSSIM, as no model of
  LPIPS is shipped.
- A photograph in which no face is found is not matched and not in these rates: at most ${most} of a cell.
- Faces are found by one detector, Lookalike’s own, for judges and attacks alike.`;
  }

  private psnrs(): string {
    const of = (least: boolean) => {
      const [one] = [...this.even.poison].sort((a, b) => (least ? 1 : -1) * ((a.meanPsnr ?? 0) - (b.meanPsnr ?? 0)));
      return `${fixed(one?.meanPsnr, 1)} dB (\`${one?.name}\`)`;
    };
    return `${of(true)} to ${of(false)}`;
  }

  private provenance(): string {
    const { version, onnxRuntime, machine, hashes } = this.own.results.run;
    const models = Object.entries(hashes?.models ?? {}).map(
      ([name, { key, files }]) => `\`${name}\` \`${(files[0] ?? key).slice(0, 16)}\``,
    );
    return `## How it was made

Lookalike ${version}, ONNX Runtime ${onnxRuntime}, ${machine.cpu.trim()}, ${machine.cores} cores; the runs took ${figure(this.made.minutes)} minutes, what was in their cache apart.
Data set \`${hashes?.dataset?.slice(0, 16)}\`; models ${models.join(', ')}.
\`npm run fetch:networks\` fetches the networks, at pinned versions; the photographs are CelebA’s and no copy of them is here.`;
  }

  /** The share of the other photographs that show the person, in the median of people. */
  private chance(): number {
    const { total, identities } = this.own.results.images;
    return (total / identities - 1) / (total - 1);
  }
}

/** How many black boxes an attack hides from beyond what chance explains, and what the middle one still matches. */
function hiddenText(of: Judged, attack: string): string {
  const black = of
    .rowsOf(attack)
    .filter(({ whiteBox, countermeasure }) => whiteBox === false && countermeasure === null);
  if (black.length === 0) return `of ${TITLES[attack]} no black box was asked`;
  const hidden = black.filter((row) => !overlaps(row, of.original(row)));
  const shown =
    hidden.length === 0
      ? 'nothing shows that it hides a face from a network that it did not see'
      : `${hidden.length} of ${black.length} black boxes match fewer beyond what chance explains`;
  return `with ${TITLES[attack]} ${shown}`;
}

function pointsOf(difference: number | undefined): string {
  if (difference === undefined || !Number.isFinite(difference)) return 'no more';
  return `${Math.abs(100 * difference).toFixed(1)} points ${difference < 0 ? 'fewer' : 'more'}`;
}

function fixed(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '–' : value.toFixed(digits);
}

function overlapText(unchanged: number, of: number): string {
  const those = 'that of the untouched photographs';
  if (unchanged === 0) return `In none of ${of} black boxes does the interval overlap ${those}: they match fewer.`;
  return `In ${unchanged} of ${of} black boxes the interval overlaps ${those}: there nothing is shown to be hidden.`;
}

/** In how many combinations a countermeasure serves a tracker or a person, and by how many points the most. */
function behindText(of: Judged, start: string): string {
  const behind = of.blackBoxes().filter(({ countermeasure }) => countermeasure !== null);
  const gains = behind.map((row) => (row.matched.rate ?? 0) - (of.plain(row)?.matched.rate ?? 0));
  if (gains.length === 0) return '';
  const [more, fewer] = [gains.filter((gain) => gain > 0), gains.filter((gain) => gain < 0)];
  const most = (some: readonly number[]) =>
    some.length === 0 ? '' : ` (by ${(100 * Math.max(...some.map(Math.abs))).toFixed(1)} points at the most)`;
  return `${start}ehind a countermeasure a black box matches more cloaked photographs than without it in ${more.length} of ${gains.length}
combinations${most(more)} and fewer in ${fewer.length}${most(fewer)}.`;
}

function countedText(row: TransferResult | undefined, share: Share): string {
  if (!row) return '–';
  const { rate } = row[share];
  return `${percent(rate)} (${interval(intervalOf(row[share]))})`;
}

function span(rows: readonly TransferResult[]): string {
  return spanOf(rows.map(({ matched }) => matched.rate));
}

/** From the least to the most, and the middle. */
function spanOf(rates: readonly (number | null)[]): string {
  const known = rates.filter((rate) => rate !== null);
  if (known.length === 0) return '–';
  const [least, most] = [Math.min(...known), Math.max(...known)];
  if (least === most) return percent(least);
  return `${percent(least)} to ${percent(most)} (in the middle ${percent(median(known))})`;
}

function overlaps(a: TransferResult, b: TransferResult | undefined): boolean {
  const [one, other] = [intervalOf(a.matched), intervalOf(b?.matched)];
  return one !== undefined && one !== null && other !== undefined && other !== null && one[1] >= other[0];
}
