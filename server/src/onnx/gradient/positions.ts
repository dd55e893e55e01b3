import type { Term } from '../term.js';

/** The integers from `start` to before `end`, a scalar. */
export function range(start: number, end: Term): Term {
  return end.constant(start).apply('Range', [end, 1]);
}

/**
 * The gradient of an operator that only copies elements of x: applied to their positions, it says where each
 * element came from, and the gradient goes back there.
 */
export function scatterToSource(dy: Term, x: Term, operator: (positions: Term) => Term): Term {
  const count = x.size();
  const sources = operator(range(0, count).reshape(x.shape()));
  const flat = x.zeros(count.unsqueeze(x.ints(0)));
  return flat.scatterAdd(0, sources.reshape(x.ints(-1)), dy.reshape(x.ints(-1))).reshape(x.shape());
}
