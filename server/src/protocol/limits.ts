/** Runs that a page shows beside its own: as many as have a colour that can be told from the others. */
export const MAX_COMPARED = 5;
