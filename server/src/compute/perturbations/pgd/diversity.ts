import type { Random } from '../../random.js';

/** The smallest side to which a chip is resized, as a share of its own. */
const SMALLEST = 0.9;
/** A place out of the region, which GridSample finds black. */
const OUTSIDE = -3;

/**
 * Input diversity (DI²-FGSM; Xie et al., CVPR 2019): with `probability`, where a surrogate's chip is resized to a share of
 * its side drawn from 0.9–1 and put at a random place in a black chip; else the grid as it is. [size, size, 2].
 */
export function diversified(grid: Float32Array, size: number, probability: number, random: Random): Float32Array {
  if (!random.chance(probability)) return grid;
  const side = Math.floor(random.between(Math.ceil(SMALLEST * size), size + 1));
  const [left, top] = [0, 1].map(() => Math.floor(random.between(0, size - side + 1)));
  const moved = new Float32Array(grid.length).fill(OUTSIDE);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const to = 2 * ((top + y) * size + left + x);
      moved.set(between(grid, size, ((x + 0.5) * size) / side - 0.5, ((y + 0.5) * size) / side - 0.5), to);
    }
  }
  return moved;
}

/** The grid's place between its points; beyond the outermost it goes on as evenly. */
function between(grid: Float32Array, size: number, x: number, y: number): [number, number] {
  const [column, row] = [x, y].map((at) => Math.min(size - 2, Math.max(0, Math.floor(at))));
  const at = (dx: number, dy: number, axis: number) => grid[2 * ((row + dy) * size + column + dx) + axis];
  const along = (axis: number) =>
    at(0, 0, axis) + (x - column) * (at(1, 0, axis) - at(0, 0, axis)) + (y - row) * (at(0, 1, axis) - at(0, 0, axis));
  return [along(0), along(1)];
}
