import type { SavedFile } from '../../../server/src/protocol/webview.js';

/** Hands a file to the browser, for the user to keep. */
export function download(file: SavedFile, prefix: string): void {
  const url = URL.createObjectURL(blobOf(file));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${prefix}-${file.name}`;
  link.click();
  URL.revokeObjectURL(url);
}

function blobOf(file: SavedFile): Blob {
  if ('text' in file) return new Blob([file.text], { type: `${file.mime};charset=utf-8` });
  const bytes = Uint8Array.from(atob(file.base64), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: file.mime });
}
