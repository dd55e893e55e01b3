import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { BLOCK, GROUP, type ScoreType } from './block-graph.js';
import { type Candidates, offerBlock } from './candidates.js';
import type { Block, BlockGraphs, Scores } from './scoring.js';

const GROUPS = BLOCK / GROUP;

/** One of the graphs with output buffers that every block is computed into. */
export class BlockRun {
  private readonly session: InferenceSession;
  private readonly dot: Scores;
  private readonly rowBest: Scores;
  private readonly columnBest: Scores;

  constructor(
    private readonly graphs: BlockGraphs,
    private readonly twoSided: boolean,
  ) {
    this.session = twoSided ? graphs.twoSided : graphs.oneSided;
    const scores = (count: number) => (graphs.type === 'int32' ? new Int32Array(count) : new Float32Array(count));
    this.dot = scores(BLOCK * BLOCK);
    this.rowBest = scores(BLOCK * GROUPS);
    this.columnBest = scores(twoSided ? GROUPS * BLOCK : 0);
  }

  /** Scores the queries against the rows; two-sided, they are 1,024. */
  async run(queries: Block, rows: Block): Promise<void> {
    const { type } = this.graphs;
    const { count } = queries;
    const inputs = { queries: queries.vectors, rows: rows.vectors, row_bias: tensorOf(type, rows.bias, [1, BLOCK]) };
    const outputs = {
      dot: tensorOf(type, this.dot, [count, BLOCK]),
      row_best: tensorOf(type, this.rowBest, [count, GROUPS]),
    };
    if (this.twoSided) {
      const queryBias = tensorOf(type, queries.bias, [BLOCK, 1]);
      const columnBest = tensorOf(type, this.columnBest, [GROUPS, BLOCK]);
      await this.session.run({ ...inputs, query_bias: queryBias }, { ...outputs, column_best: columnBest });
    } else {
      await this.session.run(inputs, outputs);
    }
  }

  offerRows(candidates: Candidates, queries: Block, rows: Block): void {
    offerBlock(candidates, {
      dot: this.dot,
      best: this.rowBest,
      bias: rows.bias,
      firstQuery: queries.first,
      queries: queries.count,
      firstRow: rows.first,
      rows: rows.count,
      along: 'rows',
    });
  }

  /** The gallery rows as queries, which the block's queries are the rows of. */
  offerColumns(candidates: Candidates, queries: Block, rows: Block): void {
    offerBlock(candidates, {
      dot: this.dot,
      best: this.columnBest,
      bias: queries.bias,
      firstQuery: rows.first,
      queries: rows.count,
      firstRow: queries.first,
      rows: queries.count,
      along: 'columns',
    });
  }
}

/** The first values of a buffer, as many as the shape takes. */
function tensorOf(type: ScoreType, data: Scores, shape: readonly number[]): Tensor {
  const values = data.subarray(0, shape[0] * shape[1]);
  return type === 'int32' ? new Tensor(type, values, shape) : new Tensor(type, values, shape);
}
