/** What is told of each of several names, in one part of a sentence: of as many as a reader takes in, and how many more there are. */
export function firstFew(said: readonly string[]): string {
  const more = said.length - FEW;
  return more > 0 ? `${said.slice(0, FEW).join('; ')}; ${more} more stand in the tables` : said.join('; ');
}
const FEW = 3;
