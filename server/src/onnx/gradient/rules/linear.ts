import type { Term } from '../../term.js';
import { equalShapes, sumTo, unbroadcast } from '../broadcast.js';
import type { Operation, Rule, Rules } from '../operation.js';

/** Y = AB ⇒ dA = dY·Bᵀ and dB = Aᵀ·dY, summed over the batch axes that were stretched. */
const matMul: Rule = (operation, [dy]) => {
  const [a, b] = operation.inputs;
  const [rankA, rankB] = [rankOf(operation, a), rankOf(operation, b)];
  // A vector counts as a matrix of one row on the left and of one column on the right.
  const rows = rankA === 1 ? a.unsqueeze(a.ints(0)) : a;
  const columns = rankB === 1 ? b.unsqueeze(b.ints(1)) : b;
  const lifted = liftVectors(dy, rankA === 1, rankB === 1);
  const batch = operation.shapeOf(operation.outputs[0])?.slice(0, -2);
  const vectors = rankA === 1 || rankB === 1;
  const stretched = (x: Term, otherRank: number) =>
    vectors || (otherRank > 2 && !equalShapes(operation.shapeOf(x)?.slice(0, -2), batch));
  return [
    () => reduceTo(a, lifted.matmul(transposed(columns, rankB)), stretched(a, rankB), rows),
    () => reduceTo(b, transposed(rows, rankA).matmul(lifted), stretched(b, rankA), columns),
  ];
};

function rankOf(operation: Operation, term: Term): number {
  return operation.rankOf(term) ?? operation.unsupported(`the number of axes of "${term.name}" is not known`);
}

function liftVectors(dy: Term, left: boolean, right: boolean): Term {
  const withColumn = right ? dy.unsqueeze(dy.ints(-1)) : dy;
  return left ? withColumn.unsqueeze(dy.ints(-2)) : withColumn;
}

/** The gradient in the shape of the operand, whose form as a matrix the product was made with. */
function reduceTo(operand: Term, gradient: Term, stretched: boolean, matrix: Term): Term {
  const summed = stretched ? sumTo(gradient, matrix.shape(), gradient.shape()) : gradient;
  return matrix === operand ? summed : summed.reshape(operand.shape());
}

function transposed(matrix: Term, rank: number): Term {
  const last = Math.max(rank, 2) - 1;
  const batch = Array.from({ length: last - 1 }, (_, axis) => axis);
  return matrix.transpose(...batch, last, last - 1);
}

/** Y = α·A′B′ + β·C, where ′ transposes if the node says so. */
const gemm: Rule = (operation, [dy]) => {
  const [a, b] = operation.inputs;
  const [transA, transB] = [operation.int('transA', 0), operation.int('transB', 0)];
  const alpha = operation.float('alpha', 1);
  const product = (left: Term, right: Term, transLeft: number, transRight: number) =>
    left.apply('Gemm', [right], { transA: transLeft, transB: transRight, alpha: { float: alpha } });
  const c = operation.optional(2);
  return [
    () => (transA ? product(b, dy, transB, 1) : product(dy, b, 0, 1 - transB)),
    () => (transB ? product(dy, a, 1, transA) : product(a, dy, 1 - transA, 0)),
    c && (() => unbroadcast(operation, dy.mul(operation.float('beta', 1)), c)),
  ];
};

export const linearRules: Rules = { MatMul: matMul, Gemm: gemm };
