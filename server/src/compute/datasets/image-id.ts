import { sep } from 'node:path';

/** An image's id: its path relative to the data set, with slashes, in Unicode's composed form. */
export function imageId(relativePath: string): string {
  return relativePath.split(sep).join('/').normalize('NFC');
}
