import type { Term } from '../../term.js';
import type { Operation, Rule } from '../operation.js';

/** Where the samples lie along one axis of the image, in pixels: the two rows beside each, and how much each counts. */
interface AxisSamples {
  readonly low: Row;
  readonly high: Row;
  /** ∂ position in pixels / ∂ coordinate of the grid. */
  readonly slope: Term;
}

interface Row {
  readonly index: Term;
  /** 1 inside the image, 0 in the border of zeros. */
  readonly inside: Term;
  readonly weight: Term;
  /** ∂ weight / ∂ position. */
  readonly change: 1 | -1;
}

/** Bilinear sampling of [batch, channels, height, width], with a border of zeros or of the nearest pixel. */
export const gridSample: Rule = (operation, [dy]) => {
  const [image, grid] = operation.inputs;
  const mode = operation.string('mode', 'linear');
  if (mode !== 'linear') operation.unsupported(`its mode is ${mode}`);
  const border = operation.string('padding_mode', 'zeros');
  if (border === 'reflection') operation.unsupported('its padding_mode is reflection');
  if ((operation.rankOf(image) ?? 4) !== 4) operation.unsupported('its input has not four axes');
  const columns = samplesAlong(operation, grid, 0, image.shape(3));
  const rows = samplesAlong(operation, grid, 1, image.shape(2, 3));
  return [() => imageGradient(image, dy, rows, columns), () => gridGradient(image, dy, grid, rows, columns)];
};

function samplesAlong(operation: Operation, grid: Term, coordinate: 0 | 1, length: Term): AxisSamples {
  const size = length.cast(grid.type);
  const shifted = grid.gather(grid.ints(coordinate).squeeze(0), -1).add(1);
  const aligned = operation.int('align_corners', 0) === 1;
  const reach = (aligned ? size.sub(1) : size).mul(0.5);
  const free = shifted.mul(reach).sub(aligned ? 0 : 0.5);
  const clamps = operation.string('padding_mode', 'zeros') === 'border';
  const position = clamps ? free.max(0).min(size.sub(1)) : free;
  const floor = position.floor();
  const fraction = position.sub(floor);
  return {
    low: row(floor, size, fraction.neg().add(1), -1),
    high: row(floor.add(1), size, fraction, 1),
    slope: clamps ? reach.where(free.equals(position), 0) : reach,
  };
}

function row(index: Term, size: Term, weight: Term, change: 1 | -1): Row {
  const nearest = index.max(0).min(size.sub(1));
  return { index: nearest, inside: index.equals(nearest).cast(index.type), weight, change };
}

interface Corner {
  readonly row: Row;
  readonly column: Row;
}

function corners(rows: AxisSamples, columns: AxisSamples): Corner[] {
  return [rows.low, rows.high].flatMap((row) => [columns.low, columns.high].map((column) => ({ row, column })));
}

/** [batch, …] as [batch, 1, samples]; with channels as [batch, channels, samples]. */
const perSample = (value: Term) => value.reshape(value.ints(0, 1, -1));
const perChannel = (value: Term) => value.reshape(value.ints(0, 0, -1));

/** A corner's position in an image whose rows lie one after another, for every channel of `like`. */
function placesOf({ row, column }: Corner, image: Term, like: Term): Term {
  const width = image.shape(3).cast(image.type);
  return perSample(row.index.mul(width).add(column.index)).cast('int64').expand(like.shape());
}

const insideOf = ({ row, column }: Corner) => row.inside.mul(column.inside);

/** Each sample's gradient goes to its four corners by their weights. */
function imageGradient(image: Term, dy: Term, rows: AxisSamples, columns: AxisSamples): Term {
  const flat = perChannel(dy);
  const four = corners(rows, columns);
  const [places, ...otherPlaces] = four.map((corner) => placesOf(corner, image, flat));
  const [share, ...otherShares] = four.map((corner) =>
    flat.mul(perSample(corner.row.weight.mul(corner.column.weight).mul(insideOf(corner)))),
  );
  const zeros = perChannel(image.zeros());
  const gradient = zeros.scatterAdd(2, places.concatAt(2, ...otherPlaces), share.concatAt(2, ...otherShares));
  return gradient.reshape(image.shape());
}

/** Moving a sample changes the weights of its corners. */
function gridGradient(image: Term, dy: Term, grid: Term, rows: AxisSamples, columns: AxisSamples): Term {
  const flat = perChannel(dy);
  const pixels = perChannel(image);
  const weighted = corners(rows, columns).map((corner) => {
    const values = pixels.apply('GatherElements', [placesOf(corner, image, flat)], { axis: 2 });
    const summed = values.mul(flat).sum(flat.ints(1));
    return { ...corner, value: summed.reshape(corner.row.index.shape()).mul(insideOf(corner)) };
  });
  const total = (terms: Term[]) => terms.reduce((sum, term) => sum.add(term));
  const dColumn = total(weighted.map(({ row, column, value }) => value.mul(row.weight).mul(column.change)));
  const dRow = total(weighted.map(({ row, column, value }) => value.mul(column.weight).mul(row.change)));
  const last = grid.ints(-1);
  return dColumn.mul(columns.slope).unsqueeze(last).concatAt(-1, dRow.mul(rows.slope).unsqueeze(last));
}
