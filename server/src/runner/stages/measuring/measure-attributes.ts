import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Matrix } from '../../../plugins/declare.js';
import { fail } from '../../../protocol/errors.js';
import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import type { AttributesResult } from '../../../protocol/results.js';
import type { AttributesSpec, Question } from '../../../stages/spec.js';
import { countedRate } from '../../../statistics/identity-bootstrap.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { loadPlugin, type RunContext } from '../../context.js';
import { type AttributeTable, parseAttributes } from '../../figures/attribute-table.js';
import { Halt, unwrap } from '../../halt.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { HashedImage, ImageSet } from '../list-images.js';

/**
 * Asks yes/no questions of images by words: an image is nearer to the one prompt or to the other. Where the data set's
 * authors say which images have the attribute, the answers are scored.
 */
export async function measureAttributes(
  context: RunContext,
  spec: AttributesSpec,
  set: ImageSet,
  embeddings: ModelEmbeddings,
): Promise<{ value: AttributesResult; cached: boolean }> {
  const truth = await readTruth(spec, set);
  const { value: prompts, cached } = await embedPrompts(context, spec.ask, embeddings);
  const images = itemsAt(set.images, embeddings.embedded);
  const answers = spec.ask.map((): boolean[] => []);
  for await (const block of embeddings.vectors.blocks()) {
    for (const [n, all] of answers.entries()) {
      for (const answer of answersTo(block, itemAt(prompts, 2 * n), itemAt(prompts, 2 * n + 1))) all.push(answer);
    }
  }
  const questions = spec.ask.map((question, n) => {
    return { ...question, ...score(itemAt(answers, n), images, question.name, truth) };
  });
  return { value: { model: embeddings.model.name, images: images.length, questions }, cached };
}

/** The list that the file names; else the data set's own, which need not know of everything that is asked. */
async function readTruth(
  { truth, ask }: AttributesSpec,
  { attributes }: ImageSet,
): Promise<AttributeTable | undefined> {
  if (truth !== undefined) return knowing(await readTable(truth), ask, truth);
  return attributes === undefined ? undefined : readTable(attributes);
}

function knowing(table: AttributeTable, ask: readonly Question[], file: string): AttributeTable {
  const unknown = ask.find(({ name }) => !table.names.includes(name));
  if (!unknown) return table;
  const hint = `It has ${table.names.join(', ')}.`;
  throw new Halt({ code: 'attribute-unknown', message: `${file} has no attribute ${unknown.name}`, hint });
}

async function readTable(file: string): Promise<AttributeTable> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    const hint = 'Correct `truth`, or leave it out.';
    return unwrap<string>(fail('attributes-unreadable', `${file} cannot be read: ${error.message}`, { hint }));
  });
  return unwrap(parseAttributes(text, file));
}

/** The words of each question as vectors, `yes` and then `no`; where they are cached, no model is loaded. */
function embedPrompts(
  context: RunContext,
  ask: readonly Question[],
  { model: use, key }: ModelEmbeddings,
): Promise<{ value: readonly (readonly number[])[]; cached: boolean }> {
  const texts = ask.flatMap(({ yes, no }) => [yes, no]);
  return cachedFacts(context, 'words', { model: key, texts }, async () => {
    const model = await loadPlugin(context, 'model', use);
    try {
      const vectors = unwrap((await model.embedTexts?.(texts)) ?? noWords(use.name));
      return vectors.map((vector) => [...vector]);
    } finally {
      await model.close();
    }
  });
}

function noWords(model: string) {
  const hint = 'Name a CLIP model: `attributes: {model: …}`.';
  return fail('model-without-words', `The model "${model}" has no text encoder to ask questions with`, { hint });
}

/** Whether each image is nearer to `yes` than to `no`, which are of one length. */
function answersTo({ data, rows, dimension }: Matrix, yes: readonly number[], no: readonly number[]): boolean[] {
  return Array.from({ length: rows }, (_, row) => {
    const vector = data.subarray(row * dimension, (row + 1) * dimension);
    return vector.reduce((sum, value, at) => sum + value * ((yes[at] as number) - (no[at] as number)), 0) > 0;
  });
}

function score(answers: readonly boolean[], images: readonly HashedImage[], name: string, truth?: AttributeTable) {
  const counted = answers.map((answer, n) => {
    const { id, identity } = itemAt(images, n);
    return { answer, identity, actual: truth?.has(id, name) ?? truth?.has(basename(id), name) };
  });
  const shareRight = (actual?: boolean) => {
    const of = counted.filter((each) => each.actual !== undefined && (actual ?? each.actual) === each.actual);
    return countedRate(of.map(({ identity, answer, actual: is }) => ({ identity, hit: answer === is })));
  };
  const knows = truth?.names.includes(name);
  const [ofYes, ofNo] = [shareRight(true).rate, shareRight(false).rate];
  return {
    saidYes: answers.filter(Boolean).length,
    accuracy: knows ? shareRight() : undefined,
    balanced: knows ? (ofYes === null || ofNo === null ? null : (ofYes + ofNo) / 2) : undefined,
  };
}
