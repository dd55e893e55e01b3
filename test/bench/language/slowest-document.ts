import fc from 'fast-check';
import { askEverything } from '../../support/ask-everything.js';
import { openMarked } from '../../support/marked-yaml.js';
import { randomDocument } from '../../support/random-documents.js';
import { median } from '../measure.js';

const DOCUMENTS = 20_000;
/** The slowest are asked again: a pause of the collector is no property of a document. */
const ASKED_AGAIN = 20;

/** Milliseconds in which every feature answers about the slowest of random documents. */
export async function slowestDocument(count = DOCUMENTS): Promise<{ milliseconds: number; count: number }> {
  const samples = fc.sample(fc.tuple(randomDocument(), fc.nat(), fc.nat()), { numRuns: count, seed: 4 });
  const timed = [];
  for (const sample of samples) timed.push({ sample, milliseconds: await millisecondsFor(sample) });
  timed.sort((a, b) => b.milliseconds - a.milliseconds);
  let slowest = 0;
  for (const { sample } of timed.slice(0, ASKED_AGAIN)) {
    const again = [await millisecondsFor(sample), await millisecondsFor(sample), await millisecondsFor(sample)];
    slowest = Math.max(slowest, median(again));
  }
  return { milliseconds: slowest, count };
}

async function millisecondsFor([text, start, end]: readonly [string, number, number]): Promise<number> {
  const { document, services } = openMarked(text);
  const started = performance.now();
  await askEverything(document, services, start % (text.length + 1), end % (text.length + 1));
  return performance.now() - started;
}
