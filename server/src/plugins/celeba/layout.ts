/** Where CelebA's images lie, of the official archives and folders and of Kaggle's, which nests a folder in itself. */
export const IMAGE_FOLDERS = [
  'img_align_celeba/img_align_celeba',
  'img_align_celeba',
  'img_celeba',
  'images',
  'img_align_celeba_png',
  'Img/img_align_celeba',
  'Img/img_celeba',
  'Img/img_align_celeba_png',
];
export const IDENTITY_FILES = ['identity_CelebA.txt', 'identity_CelebA.csv', 'Anno/identity_CelebA.txt'];
export const PARTITION_FILES = ['list_eval_partition.txt', 'list_eval_partition.csv', 'Eval/list_eval_partition.txt'];

/**
 * `file value` separated by white space, or `file,value` under a header (Kaggle); before it, a row's number may stand,
 * as a saved table of pandas has it.
 */
export const TABLE_ROW =
  /^\s*(?:\d*\s*,\s*(?=[^,]*,\s*"?\d+"?\s*$))?"?(\S.*?\.(?:jpe?g|png))"?(?:\s*,\s*|\s+)"?(\d+)"?\s*$/i;

/** A name without its ending: archives of one photograph differ in that alone. */
export function stemOf(name: string): string {
  return name.replace(/\.[^./\\]+$/, '');
}
