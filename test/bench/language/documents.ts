const HEAD = `version: 1
name: Benchmark
dataset: {use: synthetic, identities: 40, images: 6}
queries: {sample: 100, seed: 7}
embed:
  models:
`;
const TAIL = `index: {use: flat, metric: l2}
accuracy: {top: [1, 5]}
threshold:
  percentile: 95
  
  unit: none
`;
/** Line of `name: Benchmark`; of an empty one in a section, from the end. */
export const NAME_LINE = 1;
export const EMPTY_LINE_FROM_END = 3;
/** In the line of a model's name, behind it. */
export function inModel(lines: number): { line: number; character: number } {
  const line = 7 + 4 * Math.floor(lines / 8);
  return { line, character: (experimentOf(lines).split('\n')[line] ?? '').length };
}

/** An experiment of so many lines, most of them models, with one fault: a unit that there is not. */
export function experimentOf(lines: number): string {
  const rest = lines - HEAD.split('\n').length - TAIL.split('\n').length + 2;
  const models = Array.from({ length: Math.floor(rest / 4) }, (_, n) => modelNamed(`model-${n}`));
  return HEAD + models.join('') + TAIL;
}

function modelNamed(name: string): string {
  return `    - use: face-recognition\n      name: ${name}\n      mirror: true # ${name}\n      minConfidence: 0.4\n`;
}
