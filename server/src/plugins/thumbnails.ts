/** What makes small images for a page, natives and all. */
export async function loadThumbnailMaker() {
  const { thumbnail } = await import('../compute/images/thumbnail.js');
  return thumbnail;
}
