/** So many of the newest runs of a private folder are in the list of a window; all of them are in the table. */
export const MOST_LISTED = 500;
