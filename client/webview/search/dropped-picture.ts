import { LARGEST_PICTURE, type Problem } from '../../../server/src/protocol/searching/search-panel.js';

/** What somebody pasted or dropped to search by it: the picture itself, or where it is. */
export type DroppedPicture =
  | { readonly name: string; readonly base64: string }
  | { readonly uri: string }
  | { readonly problem: Problem };

/** The first picture of what was pasted or dropped; undefined where there is none. */
export async function droppedPicture(data: DataTransfer): Promise<DroppedPicture | undefined> {
  const file = [...data.files].find(({ type }) => type.startsWith('image/')) ?? data.files[0];
  if (file) return pictureIn(file);
  // What is dropped from a list of files of the editor's is an address alone.
  const uri = data
    .getData('text/uri-list')
    .split(/\r?\n/)
    .find((line) => line.startsWith('file:'));
  return uri === undefined ? undefined : { uri };
}

async function pictureIn(file: File): Promise<DroppedPicture> {
  if (file.size > LARGEST_PICTURE) {
    const message = `${file.name} has ${file.size} bytes, more than a photograph`;
    return { problem: { code: 'image-unreadable', message, hint: 'Choose an image.' } };
  }
  const read = new FileReader();
  const done = new Promise((resolve) => read.addEventListener('loadend', resolve));
  read.readAsDataURL(file);
  await done;
  if (typeof read.result === 'string') return { name: file.name, base64: read.result.replace(/^[^,]*,/, '') };
  return { problem: { code: 'image-unreadable', message: `${file.name}: ${read.error?.message ?? 'not read'}` } };
}
