/** What makes small images for a page, natives and all. */
export async function loadThumbnailMaker() {
  const { thumbnail } = await import('../../compute/images/thumbnail.js');
  return thumbnail;
}

/** What encodes photographs to be passed on, natives and all. */
export async function loadImageEncoder() {
  const { encodeShrunk } = await import('../../compute/images/thumbnail.js');
  return encodeShrunk;
}

/** What tells how large photographs are before they are decoded, natives and all. */
export async function loadSizeReader() {
  const { sizeOf } = await import('../../compute/images/decode.js');
  return sizeOf;
}
