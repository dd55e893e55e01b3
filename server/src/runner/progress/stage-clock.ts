import type { StageResult } from '../../protocol/results.js';
import type { RunEvent } from '../../protocol/runner.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import type { StageName } from '../../stages/stage-names.js';
import type { RunContext } from '../context.js';
import type { Findings } from '../results/findings.js';

/** What a stage gives back besides its value. */
export interface StageOutcome<T> {
  readonly value: T;
  /** Whether everything came from the cache. */
  readonly cached: boolean;
  readonly shardsComputed?: number;
}

/** What each of some stages does; it leaves what it finds in the run's findings. */
export type StageWorks<S extends StageName> = Record<
  S,
  (context: RunContext, spec: ExperimentSpec, findings: Findings) => Promise<StageOutcome<unknown>>
>;

/** Times the stages of a run and reports their beginning and end. */
export class StageClock {
  readonly results: StageResult[] = [];

  constructor(private readonly emit: (event: RunEvent) => void) {}

  async time<T>(stage: StageName, work: () => Promise<StageOutcome<T>>): Promise<T> {
    this.emit({ type: 'stage-started', stage });
    const started = performance.now();
    const { value, cached, shardsComputed = 0 } = await work();
    const seconds = (performance.now() - started) / 1000;
    // maxRSS is in kilobytes on every platform that Node runs on.
    const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
    this.results.push({ name: stage, seconds, cached, peakRssMb, shardsComputed });
    this.emit({ type: 'stage-finished', stage, seconds, cached });
    return value;
  }
}
