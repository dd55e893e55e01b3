/** A moment in the reader's own time zone, which is named. */
export function moment(iso: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(iso));
}

/** What the files saved from a run are called first: letters, digits and hyphens of any script. */
export function fileNamePrefix(name: string, runId: string): string {
  const slug = (text: string) =>
    text
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/(?<=^.{60}).+/u, '')
      .replace(/^-|-$/g, '');
  return [slug(name), slug(runId)].filter(Boolean).join('-') || 'run';
}
