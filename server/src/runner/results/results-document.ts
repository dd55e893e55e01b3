import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import packageJson from '../../../../package.json' with { type: 'json' };
import type { Problem } from '../../protocol/errors.js';
import {
  RESULTS_VERSION,
  type Results,
  type RunStatus,
  type SkippedImage,
  type StageResult,
} from '../../protocol/results.js';
import type { StartRequest } from '../../protocol/runner.js';
import { overridesOf } from '../../protocol/runs/variant.js';
import { headlineOf } from '../../stages/findings/headline.js';
import { specHash } from '../../store/run-folder/control-files.js';
import type { Findings } from './findings.js';
import { imageCounts } from './image-counts.js';
import { hashesOf } from './provenance.js';

/** Its manifest stands beside it, in a clone and in a package alike, and is read without loading it. */
const ONNX_RUNTIME: string = createRequire(import.meta.url)('onnxruntime-node/package.json').version;

export interface RunEnd {
  readonly status: RunStatus;
  readonly problem?: Problem;
  readonly expect: Results['expect'];
}

export interface RunFacts {
  readonly request: StartRequest;
  readonly name: string;
  readonly startedAt: string;
  readonly stages: readonly StageResult[];
  readonly skipped: readonly SkippedImage[];
  readonly warnings: readonly Problem[];
  /** What the experiment expects, as it is written. */
  readonly expected: readonly string[];
}

/** `results.json` of a run, of what was found so far. */
export function resultsDocument(facts: RunFacts, findings: Findings, end: RunEnd): Results {
  const document: Results = {
    schema: RESULTS_VERSION,
    name: facts.name,
    run: { ...runBlock(facts, end), hashes: hashesOf(findings) },
    images: imageCounts(findings),
    ...findings.blocks,
    headline: [],
    expect: end.expect,
    unjudged: end.expect.length === 0 && facts.expected.length > 0 ? [...facts.expected] : undefined,
    skipped: facts.skipped.length > 0 ? [...facts.skipped] : undefined,
    warnings: facts.warnings.length > 0 ? [...facts.warnings] : undefined,
    stages: [...facts.stages],
  };
  return { ...document, headline: headlineOf(document, (stage) => facts.stages.some(({ name }) => name === stage)) };
}

function runBlock({ request, startedAt }: RunFacts, end: RunEnd): Results['run'] {
  return {
    id: request.runId,
    file: request.file,
    specHash: specHash(request.text, overridesOf(request)),
    set: request.set,
    sweep: request.sweep,
    variant: request.variant,
    status: end.status,
    error: end.problem ?? null,
    startedAt,
    finishedAt: new Date().toISOString(),
    version: packageJson.version,
    machine: machine(),
    device: request.device,
    threads: request.threads,
    executor: request.executor?.use,
    onnxRuntime: ONNX_RUNTIME,
  };
}

function machine(): Results['run']['machine'] {
  const processors = cpus();
  return {
    platform: process.platform,
    arch: process.arch,
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    node: process.versions.node,
  };
}
