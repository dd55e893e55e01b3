/** What stands at a place that is known to be there. Throws where it is not, which is a bug. */
export function itemAt<T>(items: ArrayLike<T>, place: number): T {
  const item = items[place];
  if (item === undefined) throw new RangeError(`There is no item ${place} among ${items.length}`);
  return item;
}

/** What stands at places that are known to be there, in their order. */
export function itemsAt<T>(items: ArrayLike<T>, places: readonly number[]): T[] {
  return places.map((place) => itemAt(items, place));
}
