/** What the files saved from a run are called first: letters, digits and hyphens of any script. */
export function fileNamePrefix(name: string, runId: string): string {
  const slug = (text: string) =>
    text
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/(?<=^.{60}).+/u, '')
      .replace(/^-|-$/g, '');
  return [slug(name), slug(runId)].filter(Boolean).join('-') || 'run';
}
