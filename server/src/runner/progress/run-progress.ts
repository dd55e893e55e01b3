import type { RunEvent } from '../../protocol/runner.js';

/** A part of a stage, as far as it is known before the run: a model, a perturbation. */
export interface ExpectedPart {
  readonly stage: string;
  readonly label: string;
  /** Null where nobody can say. */
  readonly seconds: number | null;
}

interface Part {
  readonly stage: string;
  readonly label: string;
  weight: number;
  /** What all of it is expected to take. */
  seconds: number | null;
  share: number;
  /** Which of its passes over the images goes on. */
  pass: number;
  passLabel: string;
  passDone: number;
}

type ProgressEvent = Extract<RunEvent, { type: 'progress' }>;

/** A part that nobody can say the time of counts as much as so many seconds of one that somebody can. */
const UNKNOWN_SECONDS = 1;
/** Stages whose parts pass over the images several times: perturbed, they are embedded and searched with. */
const SEVERAL_PASSES = new Set(['poison', 'countermeasures', 'transfer']);
/** Of such a part the first pass is most; each further one takes as much of what is left. */
const OF_WHAT_IS_LEFT = 0.8;

/**
 * How far a run is, of all of its stages' parts: of a stage, of the run, and the run's own time left where every part's
 * is known. None of the shares ever goes back, also where a part comes that nobody announced.
 */
export class RunProgress {
  private parts: Part[] = [];
  private readonly shown = new Map<string, number>();

  /** Before or while it runs; the parts in the order in which they are done. */
  expect(expected: readonly ExpectedPart[]): void {
    for (const { stage, label, seconds } of expected) {
      // What a stage is to take in all says nothing of parts that have begun.
      if (label === '' && this.of(stage).some((part) => part.label !== '')) continue;
      const part = this.partOf(stage, label);
      part.seconds = seconds;
      part.weight = seconds ?? UNKNOWN_SECONDS;
    }
  }

  /** The event with what it means for its stage and the run. */
  told(event: RunEvent): RunEvent {
    if (event.type === 'run-started') for (const stage of event.stages) this.begin(stage);
    if (event.type === 'stage-finished') for (const part of this.of(event.stage)) part.share = 1;
    return event.type === 'progress' ? this.progressed(event) : event;
  }

  private progressed(event: ProgressEvent): ProgressEvent {
    const { stage, label, done, total } = event;
    const part = this.partOf(stage, label);
    for (const earlier of this.of(stage)) {
      if (earlier === part) break;
      earlier.share = 1;
    }
    if (label !== part.passLabel || done < part.passDone) part.pass += part.passLabel ? 1 : 0;
    Object.assign(part, { passLabel: label, passDone: done });
    part.share = Math.max(part.share, shareOf(part, total > 0 ? done / total : 0));
    return {
      ...event,
      share: this.never(stage, weighted(this.of(stage))),
      run: { share: this.never('', weighted(this.parts)), secondsLeft: this.secondsLeft(part, event.secondsLeft) },
    };
  }

  /** What is known of the part that goes on is by its own pace, or, of one of several passes, by what all of it was to take. */
  private secondsLeft(now: Part, ofPass: number | null): number | null {
    const ofPart = SEVERAL_PASSES.has(now.stage) ? now.seconds && now.seconds * (1 - now.share) : ofPass;
    if (ofPart === null) return null;
    const others = this.parts.filter((part) => part !== now && part.share < 1);
    if (others.some(({ seconds }) => seconds === null)) return null;
    return others.reduce((sum, { seconds, share }) => sum + (seconds ?? 0) * (1 - share), ofPart);
  }

  /** A stage without announced parts is one. */
  private begin(stage: string): void {
    if (this.of(stage).length === 0) this.add(stage, '');
  }

  /** What follows a comma says what is done with a part. */
  private partOf(stage: string, label: string): Part {
    const of = this.of(stage);
    const [name = ''] = label.split(', ');
    const known = of.find((part) => part.label === label) ?? of.find((part) => part.label === name);
    const [only, ...more] = of;
    if (known) return known;
    if (only?.label === '' && more.length === 0) return Object.assign(only, { label: name });
    return this.add(stage, name);
  }

  /** Behind the parts of its stage, which are done one by one. */
  private add(stage: string, label: string): Part {
    const part = {
      stage,
      label,
      weight: UNKNOWN_SECONDS,
      seconds: null,
      share: 0,
      pass: 0,
      passLabel: '',
      passDone: 0,
    };
    const last = this.parts.findLastIndex((other) => other.stage === stage);
    this.parts = last < 0 ? [...this.parts, part] : this.parts.toSpliced(last + 1, 0, part);
    return part;
  }

  private of(stage: string): Part[] {
    return this.parts.filter((part) => part.stage === stage);
  }

  private never(what: string, share: number): number {
    const shown = Math.min(1, Math.max(this.shown.get(what) ?? 0, share));
    this.shown.set(what, shown);
    return shown;
  }
}

function shareOf({ stage, pass }: Part, ofPass: number): number {
  if (!SEVERAL_PASSES.has(stage)) return ofPass;
  return 1 - (1 - OF_WHAT_IS_LEFT) ** pass * (1 - OF_WHAT_IS_LEFT * ofPass);
}

/** Parts that take no time at all count alike. */
function weighted(parts: readonly Part[]): number {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return parts.reduce((sum, { share }) => sum + share / parts.length, 0);
  return parts.reduce((sum, { weight, share }) => sum + weight * share, 0) / total;
}
