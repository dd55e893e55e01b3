import { sameSettings } from '../../experiment/expectations/figure-settings.js';
import type { ExperimentDocument } from '../../language/document.js';
import { planInProcess } from '../../processes/plan-process.js';
import { canonicalJson } from '../../protocol/canonical-json.js';
import { fail, type Result } from '../../protocol/errors.js';
import type { PlannedWork } from '../../protocol/lsp.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import { homeOf } from '../../store/home.js';
import type { RunsHost } from './runs-host.js';

/** How long nothing must be typed before a plan is worth its process. */
const PAUSE_MS = 500;

interface Plan {
  readonly spec: ExperimentSpec;
  /** What the variants of its matrix are, where it has one. */
  readonly variants: string;
  readonly planned: readonly PlannedWork[];
}

/** Keeps a plan of each open document: worked out after a pause, given up when the document is changed meanwhile. */
export class Planner {
  private readonly plans = new Map<string, Plan>();
  private readonly working = new Map<string, AbortController>();
  /** One process at a time, however many documents are opened at once. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly host: RunsHost) {}

  /** Whether a version of the document was planned. */
  knows({ uri }: ExperimentDocument): boolean {
    return this.plans.has(uri);
  }

  /** The plan, where it is known of what the document says now. */
  planned({ uri, experiment }: ExperimentDocument): readonly PlannedWork[] {
    const plan = this.plans.get(uri);
    if (!plan || !experiment.spec || plan.variants !== variantsOf(experiment)) return [];
    return sameSettings(plan.spec, experiment.spec, []) ? plan.planned : [];
  }

  /** `anew` where the document is what it was, and what is cached is not. */
  changed(document: ExperimentDocument, anew = false): void {
    const { uri, experiment } = document;
    if (!anew && this.planned(document).length > 0) return;
    this.working.get(uri)?.abort();
    if (!experiment.spec || !this.host.trusted()) return;
    const overtaken = new AbortController();
    this.working.set(uri, overtaken);
    setTimeout(() => void this.work(document, overtaken.signal), PAUSE_MS).unref();
  }

  closed(uri: string): void {
    this.working.get(uri)?.abort();
    this.working.delete(uri);
    this.plans.delete(uri);
  }

  stop(): void {
    for (const uri of [...this.working.keys()]) this.closed(uri);
  }

  /** A plan right now. Problems: those of `planInProcess`, `workspace-untrusted`. */
  async plan({ file, text }: ExperimentDocument, signal: AbortSignal): Promise<Result<PlannedWork[]>> {
    if (!this.host.trusted()) return fail('workspace-untrusted', 'A plan lists the data set, which needs trust');
    const workspaceFolder = this.host.services().workspaceFolderOf(file);
    const plugins = [...this.host.pluginPaths()];
    const device = this.host.device();
    if (!device.ok) return device;
    return planInProcess({ file, text, home: homeOf(file), workspaceFolder, device: device.value, plugins }, signal);
  }

  private work(document: ExperimentDocument, signal: AbortSignal): Promise<void> {
    const working = this.last.then(() => (signal.aborted ? undefined : this.keepPlan(document, signal)));
    this.last = working;
    return working;
  }

  private async keepPlan(document: ExperimentDocument, signal: AbortSignal): Promise<void> {
    const { uri, experiment } = document;
    const planned = await this.plan(document, signal);
    if (signal.aborted || !experiment.spec) return;
    const [spec, variants] = [experiment.spec, variantsOf(experiment)];
    this.plans.set(uri, { spec, variants, planned: planned.ok ? planned.value : [] });
    this.host.refresh();
  }
}

/** A plan is of all variants, of which the settings that an experiment has are the first one's. */
function variantsOf({ matrix }: ExperimentDocument['experiment']): string {
  return matrix ? canonicalJson(matrix.variants.map(({ values }) => values)) : '';
}
