/** Runs that a page shows beside its own: as many as have a colour that can be told from the others. */
export const MAX_COMPARED = 9;
/** Squared norms of embeddings beyond this are no longer exact enough in float32 to rank anything. */
export const LARGEST_SQUARED_NORM = 1e37;
