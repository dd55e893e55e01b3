/** The files beside a Markdown text that it links to or shows, each once. */
export function relativeLinks(markdown: string): string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target]) => target);
  return [...new Set(targets.filter((target) => !/^[a-z]+:/i.test(target)))];
}
