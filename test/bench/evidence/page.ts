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

const TITLES: Readonly<Record<string, string>> = { fawkes: 'Fawkes', lowkey: 'LowKey' };

/**
 * docs/evidence.md, of one run: every figure, and what is said of it, follows from its results. Throws where they have no
 * judged photographs.
 */
export function evidencePage(results: Results, made: Made): string {
  if (!results.transfer?.length) throw new Error('The results have no block `transfer`: there is no evidence');
  return new Page(results, made).text();
}

class Page {
  private readonly transfer: readonly TransferResult[];
  private readonly poison: readonly Poison[];
  private readonly judges: readonly string[];
  /** Null, of what went through none, first. */
  private readonly countermeasures: readonly (string | null)[];

  constructor(
    private readonly results: Results,
    private readonly made: Made,
  ) {
    this.transfer = results.transfer ?? [];
    this.poison = results.poison ?? [];
    this.judges = [...new Set(this.transfer.map(({ judge }) => judge))];
    this.countermeasures = [...new Set(this.transfer.map(({ countermeasure }) => countermeasure))];
  }

  text(): string {
    const attacks = [...new Set(this.poison.map(({ use }) => use))].filter((use) => use in TITLES);
    return `${[
      this.head(),
      this.answer(attacks),
      this.meaning(),
      this.visibility(),
      this.controls(),
      ...attacks.map((attack) => this.matrix(attack)),
      this.limits(),
      this.provenance(),
    ].join('\n\n')}\n`;
  }

  private head(): string {
    const [first] = this.transfer;
    const surrogates = new Set(this.poison.flatMap(({ surrogates }) => surrogates));
    return `# Do Fawkes and LowKey still hide a face?

Written by \`npm run evidence\` from a run of [${this.made.template}](../${this.made.template}) on photographs: each attack looks
into one of ${surrogates.size} face networks, and ${this.judges.length} networks judge what became of ${first?.images} photographs of CelebA in the wild, as they are
saved and behind ${this.countermeasures.length - 1} things that a tracker may do to them. None of the networks was trained here. **A network that an attack looked into is a
white box, marked ▪; every other is a black box, which is what a tracker’s is.**

A photograph is *matched* by a judge when it lies within the judge’s own threshold of at least one other photograph of its person.
Each threshold lets in ${percent(first?.fmr)} of pairs of strangers, measured on people whom no judged photograph shows.
Intervals are of 95 % and resample people, not photographs.`;
  }

  /** What white and black boxes make of each attack, in one sentence each. */
  private answer(attacks: readonly string[]): string {
    const lines = attacks.map((attack) => {
      const rows = this.rowsOf(attack);
      const plain = rows.filter(({ countermeasure }) => countermeasure === null);
      const [white, black] = [true, false].map((box) => plain.filter(({ whiteBox }) => whiteBox === box));
      const unchanged = black.filter((row) => overlaps(row, this.original(row)));
      const originals = this.judges.map((judge) => this.find('original', null, judge)?.matched.rate ?? null);
      return `- **${TITLES[attack]}**: a network that it looked into still matches ${span(white)} of the photographs; one that it did not look into
  ${span(black)}; of the untouched photographs ${spanOf(originals)} are matched.
  ${overlapText(unchanged.length, black.length)}`;
    });
    return `## The answer\n\n${lines.join('\n')}`;
  }

  private meaning(): string {
    const attacked = this.transfer.filter(
      ({ perturbation }) => perturbation !== 'original' && perturbation !== 'noise',
    );
    const black = attacked.filter(({ whiteBox }) => whiteBox === false);
    const behind = black.filter(({ countermeasure }) => countermeasure !== null);
    const gained = behind.filter((row) => (row.matched.rate ?? 0) > (this.plain(row)?.matched.rate ?? 1));
    const worst = [...black].sort((a, b) => (a.matched.rate ?? 1) - (b.matched.rate ?? 1))[0];
    const plain = attacked.filter(({ countermeasure }) => countermeasure === null);
    const [white, unseen] = [true, false].map((box) => plain.filter(({ whiteBox }) => whiteBox === box));
    const hidden = unseen.filter((row) => !overlaps(row, this.original(row)));
    return `In plain words: as they are saved, ${span(white)} of the cloaked photographs are still matched by networks that their cloak
looked into, ${span(unseen)} by others, and ${span(plain.flatMap((row) => this.original(row) ?? []))} of the same photographs without a cloak. ${verdict(hidden.length, unseen.length)}
${behindText(gained.length, behind.length)} ${worst ? this.bestText(worst) : ''}`;
  }

  /** The combination that hides best from a network which the cloak did not see. */
  private bestText(row: TransferResult): string {
    const behind = row.countermeasure === null ? '' : ` behind \`${row.countermeasure}\``;
    return `The best for the person in the photograph, of all black boxes, is \`${row.perturbation}\`${behind} before \`${row.judge}\`: ${countedText(row, 'matched')}
are still matched, untouched ${countedText(this.original(row), 'matched')}.`;
  }

  private visibility(): string {
    const rows = this.poison.map((one) => [
      `\`${one.name}\``,
      one.surrogates.map((name) => `\`${name.replace(/\.onnx$/, '')}\``).join(', ') || 'none',
      one.meanDssim === null || one.meanDssim === undefined ? '–' : one.meanDssim.toFixed(4),
      one.linf === null || one.linf === undefined ? '–' : `${Math.round(255 * one.linf)}`,
      `${one.images}`,
      figure(one.seconds / Math.max(1, one.images)),
    ]);
    return `## What was made\n\n${table(['perturbation', 'looks into', 'mean DSSIM', 'L∞ of 255', 'photographs', 's a photograph'], rows)}

DSSIM is over the square around the face in the saved PNG. \`noise\` aims at nothing: what an attack does beyond it is due to its aim.
Seconds are those of the machine below, on which other work was going on.`;
  }

  private controls(): string {
    return `## Controls\n\nThe untouched photographs, and noise. A cloak is worth what its rates lie below these.\n\n${[
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
    const head = ['judge', ...this.countermeasures.map((name) => (name === null ? 'as saved' : `\`${name}\``))];
    const rows = this.judges.map((judge) => {
      const white = this.find(perturbation, null, judge)?.whiteBox === true;
      const cells = this.countermeasures.map((name) => countedText(this.find(perturbation, name, judge), share));
      return [`\`${judge}\`${white ? ' ▪' : ''}`, ...cells];
    });
    return table(head, rows);
  }

  private limits(): string {
    const lost = this.transfer.filter(({ noFace }) => noFace > 0);
    const most = Math.max(0, ...lost.map(({ noFace }) => noFace));
    return `## What this does not show

- ${this.transfer[0]?.images} photographs: an interval is as wide as it is. It is over people; several photographs show the same.
- The judges are small networks, and none is a service’s. A larger one may see through more.
- The attacks have one surrogate each; their authors’ tools look into several at once. LowKey’s visibility is weighed by DSSIM, as no model of
  LPIPS is shipped.
- A photograph in which no face is found is not matched and not in these rates: at most ${most} of a cell.
- Faces are found by one detector, Lookalike’s own, for judges and attacks alike.`;
  }

  private provenance(): string {
    const { version, onnxRuntime, machine, hashes } = this.results.run;
    const models = Object.entries(hashes?.models ?? {}).map(
      ([name, { key, files }]) => `\`${name}\` \`${(files[0] ?? key).slice(0, 16)}\``,
    );
    return `## How it was made

Lookalike ${version}, ONNX Runtime ${onnxRuntime}, ${machine.cpu.trim()}, ${machine.cores} cores; the run took ${figure(this.made.minutes)} minutes, what was in its cache apart.
Data set \`${hashes?.dataset?.slice(0, 16)}\`; models ${models.join(', ')}.
\`npm run fetch:networks\` fetches the networks, at pinned versions; the photographs are CelebA’s and no copy of them is here.`;
  }

  private rowsOf(attack: string): TransferResult[] {
    const names = new Set(this.poison.filter(({ use }) => use === attack).map(({ name }) => name));
    return this.transfer.filter(({ perturbation }) => names.has(perturbation));
  }

  private find(perturbation: string, countermeasure: string | null, judge: string): TransferResult | undefined {
    return this.transfer.find(
      (row) => row.perturbation === perturbation && row.countermeasure === countermeasure && row.judge === judge,
    );
  }

  /** The untouched photographs behind the same, by the same judge. */
  private original({ countermeasure, judge }: TransferResult): TransferResult | undefined {
    return this.find('original', countermeasure, judge);
  }

  private plain({ perturbation, judge }: TransferResult): TransferResult | undefined {
    return this.find(perturbation, null, judge);
  }

  /** The share of the other photographs that show the person, in the median of people. */
  private chance(): number {
    const { total, identities } = this.results.images;
    return (total / identities - 1) / (total - 1);
  }
}

/** What intervals that do not overlap say of black boxes. */
function verdict(hidden: number, of: number): string {
  if (of === 0) return 'No black box was asked.';
  if (hidden === 0) {
    return 'No black box matches fewer beyond what chance explains: nothing here shows that these cloaks hide a face from a network that they did not see.';
  }
  const all = hidden === of ? 'Every one' : `${hidden} of ${of}`;
  return `${all} of the pairs of a cloak and a black box ${hidden === of || hidden === 1 ? 'matches' : 'match'} fewer than without a cloak beyond what chance explains.`;
}

function overlapText(unchanged: number, of: number): string {
  const those = 'that of the untouched photographs';
  if (unchanged === 0) return `In none of ${of} black boxes does the interval overlap ${those}: they match fewer.`;
  return `In ${unchanged} of ${of} black boxes the interval overlaps ${those}: there nothing is shown to be hidden.`;
}

function behindText(gained: number, of: number): string {
  return of === 0
    ? ''
    : `Behind a countermeasure a black box matches more cloaked photographs than without it in ${gained} of ${of} combinations.`;
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
