import type { Term } from '../term.js';

/**
 * The gradient of an operator that treats rows and columns apart and linearly, as pooling by mean and resizing do:
 * Y = Rᵀ·X·C ⇒ dX = R·dY·Cᵀ. `along` gives an axis' matrix, [input size, output size].
 */
export function separableGradient(
  dy: Term,
  x: Term,
  axes: number,
  along: (axis: number, identity: Term) => Term,
): Term {
  const matrixOf = (axis: number) => along(axis, identityOf(x, x.shape(2 + axis, 3 + axis)));
  const columns = dy.matmul(matrixOf(axes - 1).transpose(1, 0));
  return axes === 1 ? columns : matrixOf(0).matmul(columns);
}

/** The matrix whose rows an operator along the last axis turns into its own matrix. */
function identityOf(x: Term, size: Term): Term {
  return x.zeros(size.concat(size)).apply('EyeLike');
}
