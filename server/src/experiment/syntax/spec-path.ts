/** The keys and the numbers of list items that lead to a value of an experiment file. */
export type SpecPath = readonly (string | number)[];
