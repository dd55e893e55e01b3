/** How far a part of the work is. */
export type Progress = (done: number, total: number) => void;

/** Tells of parts by their names. */
export type Tell = (what: string) => Progress;
