import { isMap, isScalar, isSeq } from 'yaml';
import { parseExpectation } from '../../experiment/expectations/expectation.js';
import { counted, distance, foundText, interval, percent } from '../../protocol/figure-text.js';
import type { AccuracyResult, Results } from '../../protocol/results.js';
import type { ExperimentDocument } from '../document.js';
import type { FileRuns } from '../run-states.js';
import { measuredNote, type Note } from './note.js';

const QUESTIONS = ['attributes', 'ask'];

/** What runs measured, beside what it was measured of. A file with an error keeps what it has. */
export function figureNotes(document: ExperimentDocument, runs: FileRuns): Note[] {
  return [
    ...images(document, runs),
    ...models(document).flatMap(({ name, at }) => accuracy(name, at, runs)),
    ...keysOf(document, QUESTIONS).flatMap((name) => answers(name, runs)),
    ...threshold(document, runs),
    ...keysOf(document, ['poison']).flatMap((name) => perturbation(name, runs)),
    ...robustness(document, runs),
    ...expectations(document, runs),
  ];
}

function images({ tree }: ExperimentDocument, runs: FileRuns): Note[] {
  const measured = runs.measured(['images'], ({ images }) => images);
  if (!measured || tree.nodeAt(['dataset']) === undefined) return [];
  const { total, identities, missing, unreadable, noFace } = measured.value;
  const left = [
    counted(missing, 'image is missing', 'images are missing'),
    counted(unreadable, 'cannot be read', 'cannot be read'),
    `${counted(noFace, 'has no face', 'have no face')} that face-recognition finds`,
  ];
  const label = `${counted(total, 'image')}, ${counted(identities, 'person', 'people')}`;
  return [measuredNote(['dataset'], label, [`${left.join('; ')}.`], measured)];
}

/** As they are written, by name; without one, by what they use. */
function models({ tree }: ExperimentDocument): { name: string; at: (string | number)[] }[] {
  const list = tree.nodeAt(['embed', 'models']);
  if (!isSeq(list)) return [];
  return list.items.flatMap((_, n) => {
    const at = ['embed', 'models', n];
    const name = textAt(tree, [...at, 'name']) ?? textAt(tree, [...at, 'use']) ?? textAt(tree, at);
    return name === undefined ? [] : [{ name, at }];
  });
}

function textAt(tree: ExperimentDocument['tree'], path: (string | number)[]): string | undefined {
  const node = tree.nodeAt(path);
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

function accuracy(name: string, at: (string | number)[], runs: FileRuns): Note[] {
  const measured = runs.measured(['accuracy', name], (results) =>
    results.accuracy?.find(({ model }) => model === name),
  );
  if (!measured) return [];
  const tops = Object.entries(measured.value.top);
  const label = tops.map(([depth, { rate }]) => `top-${depth} ${percent(rate)}`).join(' · ');
  return [measuredNote(at, label, tops.map(topLine), measured)];
}

function topLine([depth, hits]: [string, AccuracyResult['top'][string]]): string {
  const counted = `**top-${depth}** ${percent(hits.rate)}: ${hits.hits} of ${hits.of} queries`;
  const others = `with queries without an embedding ${percent(hits.rateAll)}; without lone images ${percent(hits.ratePaired)}`;
  return `${counted}, 95 % interval ${interval(hits.ci95)}; ${others}.`;
}

/** How often the answers are right, where that is known; else how many were yes. */
function answers(name: string, runs: FileRuns): Note[] {
  const measured = runs.measured(['attributes'], (results) => questionOf(results, name));
  if (!measured) return [];
  const { saidYes, images, model, accuracy, balanced } = measured.value;
  const said = `${model} says yes of ${saidYes} of ${counted(images, 'image')}`;
  if (!accuracy) return [measuredNote([...QUESTIONS, name], `yes of ${saidYes} of ${images}`, [`${said}.`], measured)];
  const right = `${accuracy.count} of ${accuracy.of} answers are right, 95 % interval ${interval(accuracy.ci95)}`;
  const lines = [`${said}; ${right}; balanced ${percent(balanced)}.`];
  return [measuredNote([...QUESTIONS, name], `${percent(accuracy.rate)} right`, lines, measured)];
}

function questionOf({ attributes }: Results, name: string) {
  const question = attributes?.questions.find((one) => one.name === name);
  return attributes && question && { ...question, images: attributes.images, model: attributes.model };
}

function threshold({ tree }: ExperimentDocument, runs: FileRuns): Note[] {
  const measured = runs.measured(['threshold'], (results) => results.threshold);
  if (!measured || tree.nodeAt(['threshold']) === undefined) return [];
  const { median, percentile, model, unit, queries, excluded } = measured.value;
  const what = `Median over ${counted(queries, 'query', 'queries')} of the ${percentile}th percentile, by ${model}`;
  const lines = [`${what}, as ${unit === 'l2' ? 'L2' : 'squared L2'}; ${excluded} without another image.`];
  return [measuredNote(['threshold'], `t = ${distance(median)} median`, lines, measured)];
}

function keysOf({ tree }: ExperimentDocument, path: string[]): string[] {
  const block = tree.nodeAt(path);
  if (!isMap(block)) return [];
  return block.items.flatMap(({ key }) => (isScalar(key) && typeof key.value === 'string' ? [key.value] : []));
}

/** What still finds the person, where retrieval was run; else how often the nearest image is still of them. */
function perturbation(name: string, runs: FileRuns): Note[] {
  const at = ['poison', name];
  const found = runs.measured(['robustness', 'withValid', name], (results) => foundStill(results, name));
  if (found) {
    const { count, of, rate, ci95, whiteBox } = found.value;
    const line = `${count} of ${of} people who were found before are found by the perturbed photograph, 95 % interval ${interval(ci95)}.`;
    return [
      measuredNote(at, `${percent(rate)} still found${label(whiteBox)}`, [line, ...whiteBoxLine(whiteBox)], found),
    ];
  }
  const made = runs.measured(at, (results) => results.poison?.find((one) => one.name === name));
  if (!made || made.value.top1 === null) return [];
  const { top1, whiteBox, medianShift, meanDssim } = made.value;
  const line = `Median shift ${distance(medianShift)} (L2), mean DSSIM ${distance(meanDssim)}.`;
  return [measuredNote(at, `top-1 ${percent(top1)}${label(whiteBox)}`, [line, ...whiteBoxLine(whiteBox)], made)];
}

function foundStill({ robustness, poison, retrieve }: Results, name: string) {
  const valid = robustness?.withValid[name];
  const made = poison?.find((one) => one.name === name);
  const whiteBox = made?.whiteBox || made?.surrogates.includes(retrieve?.model ?? '') || false;
  return valid && { ...valid, whiteBox };
}

function label(whiteBox: boolean): string {
  return whiteBox ? ', white-box' : '';
}

function whiteBoxLine(whiteBox: boolean): string[] {
  return whiteBox ? ['White-box: the model that judges is one that the perturbation was made against.'] : [];
}

function robustness({ tree }: ExperimentDocument, runs: FileRuns): Note[] {
  const measured = runs.measured(['robustness'], (results) => results.robustness);
  if (!measured || tree.nodeAt(['robustness']) === undefined) return [];
  const { eligible, queries, control, all, minValid } = measured.value;
  const lines = [
    `${eligible} of ${counted(queries, 'query has', 'queries have')} ${counted(minValid, 'valid result')} or more.`,
    `All versions find ${percent(all.rate)} of them, 95 % interval ${interval(all.ci95)}.`,
    `Control: a stranger’s photograph “finds” ${percent(control.rate)} of them.`,
  ];
  const shown = `${eligible} of ${queries} eligible · control ${percent(control.rate)}`;
  return [measuredNote(['robustness'], shown, lines, measured)];
}

function expectations({ tree }: ExperimentDocument, runs: FileRuns): Note[] {
  const list = tree.nodeAt(['expect']);
  if (!isSeq(list)) return [];
  return list.items.flatMap((item, n) => {
    const parsed = isScalar(item) ? parseExpectation(String(item.value)) : undefined;
    if (!parsed?.ok) return [];
    const { path, text } = parsed.value;
    const judged = runs.measured(path, ({ expect }) => expect.find((line) => line.text === text));
    if (!judged) return [];
    const { ok, actual } = judged.value;
    return [measuredNote(['expect', n], `${ok ? '✓' : '✗'} ${foundText(text, actual)}`, [], judged)];
  });
}
