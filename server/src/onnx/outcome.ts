/** Why a graph cannot be read or differentiated. `code` is stable; the operator and node are named where there is one. */
export interface GraphProblem {
  readonly code:
    | 'model-unreadable'
    | 'opset-unsupported'
    | 'value-unknown'
    | 'value-not-differentiable'
    | 'output-not-scalar'
    | 'output-independent'
    | 'name-taken'
    | 'operator-without-gradient';
  readonly message: string;
  /** The operator's type, with its domain where that is not ONNX's own. */
  readonly operator?: string;
  /** The node's name, or that of its first output where it has none. */
  readonly node?: string;
}

/** A value, or the expected failure that stands in its place. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: GraphProblem };

/** Thrown inside this package, and turned into an Outcome where it is left. */
export class GraphFailure extends Error {
  constructor(readonly problem: GraphProblem) {
    super(problem.message);
  }
}

/** What `work` returns, or the problem that it met. */
export function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof GraphFailure) return { ok: false, problem: error.problem };
    throw error;
  }
}
