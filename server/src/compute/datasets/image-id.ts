import { sep } from 'node:path';

/** What sharp decodes of photographs' formats. */
const EXTENSIONS = /\.(jpe?g|png|webp|avif|gif|tiff?)$/i;

export function isImageName(name: string): boolean {
  return EXTENSIONS.test(name) && !name.startsWith('.');
}

/** An image's id: its path relative to the data set, with slashes, in Unicode's composed form. */
export function imageId(relativePath: string): string {
  return relativePath.split(sep).join('/').normalize('NFC');
}
