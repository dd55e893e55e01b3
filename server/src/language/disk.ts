import type { ReadHeader } from '../plugins/declare.js';
import { type Files, filesOnDisk } from '../plugins/files.js';
import { readModelHeader } from '../plugins/model-header.js';

export type { DirectoryEntry } from '../plugins/files.js';

/** What checks, completion and hovers may ask of the disk. Nothing throws: what cannot be read is not there. */
export interface Disk extends Files {
  readonly readHeader: ReadHeader;
}

export const realDisk: Disk = { ...filesOnDisk, readHeader: readModelHeader };
