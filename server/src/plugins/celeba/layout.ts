/** Where CelebA's images lie, of the official archives and of Kaggle's, which nests a folder in itself. */
export const IMAGE_FOLDERS = ['img_align_celeba/img_align_celeba', 'img_align_celeba', 'img_celeba', 'images'];
export const IDENTITY_FILES = ['identity_CelebA.txt', 'identity_CelebA.csv'];
export const PARTITION_FILES = ['list_eval_partition.txt', 'list_eval_partition.csv'];

/** `file value` separated by white space, or `file,value` under a header (Kaggle). */
export const TABLE_ROW = /^\s*"?(\S.*?\.(?:jpe?g|png))"?(?:\s*,\s*|\s+)"?(\d+)"?\s*$/i;
