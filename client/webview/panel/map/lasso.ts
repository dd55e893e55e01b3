/** A place on the page, from the corner of the map. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Whether a place is within a line that closes itself, by how often a ray from it crosses the line. */
export function isWithin(line: readonly Spot[], { x, y }: Spot): boolean {
  let within = false;
  for (const [n, a] of line.entries()) {
    const b = line[(n + 1) % line.length] ?? a;
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) within = !within;
  }
  return within;
}
