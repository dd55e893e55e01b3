import { readFile } from 'node:fs/promises';
import { synthetic } from '../../server/src/plugins/datasets/synthetic.js';
import type { EmbeddingModel, ImageEntry } from '../../server/src/plugins/declare.js';
import type { Result } from '../../server/src/protocol/errors.js';
import { type AttributeTable, parseAttributes } from '../../server/src/runner/figures/attribute-table.js';

/** Portraits with what they were drawn with. */
export interface Examples {
  readonly images: readonly ImageEntry[];
  readonly drawn: AttributeTable;
}

/** Each attribute with the words that are asked for yes and for no. */
export const QUESTIONS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  Male: ['a man', 'a woman'],
  Eyeglasses: ['a person with glasses', 'a person without glasses'],
  Long_Hair: ['a person with long hair', 'a person without long hair'],
  Black_Hair: ['a person with black hair', 'a person without black hair'],
  Full_Beard: ['a person with a full beard', 'a person without a full beard'],
  Pale_Skin: ['a person with pale skin', 'a person without pale skin'],
  Dark_Skin: ['a person with dark skin', 'a person without dark skin'],
  Close_Up: ['a person seen from close', 'a person seen from afar'],
  Brown_Hair: ['a person with brown hair', 'a person without brown hair'],
  Red_Hair: ['a person with red hair', 'a person without red hair'],
  Blond_Hair: ['a person with blond hair', 'a person without blond hair'],
  Gray_Hair: ['a person with grey hair', 'a person without grey hair'],
  Short_Hair: ['a person with short hair', 'a person without short hair'],
  Bald: ['a person who is bald', 'a person who is not bald'],
  No_Beard: ['a person without a beard', 'a person with facial hair'],
  Mustache: ['a person with a moustache', 'a person without a moustache'],
  Stubble: ['a person with stubble', 'a person without stubble'],
  Turned_Left: ['a person turned to the left', 'a person not turned to the left'],
  Turned_Right: ['a person turned to the right', 'a person not turned to the right'],
  Light_From_Left: ['a person lit from the left', 'a person not lit from the left'],
  Light_From_Right: ['a person lit from the right', 'a person not lit from the right'],
  Dark_Background: ['a person on a dark background', 'a person on a bright background'],
  Dark_Clothes: ['a person in dark clothes', 'a person in bright clothes'],
  Mouth_Slightly_Open: ['a person with an open mouth', 'a person with a closed mouth'],
  Smiling: ['a person who smiles', 'a person who does not smile'],
};

/** Those on which a training is judged; the rest are told beside them. */
export const JUDGED = Object.keys(QUESTIONS).slice(0, 8);

/** Words that a person might search by, and what must be true of a portrait that they find. */
const SEARCHES: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  'a bald man': { Male: true, Bald: true },
  'a man with glasses': { Male: true, Eyeglasses: true },
  'a woman with glasses': { Male: false, Eyeglasses: true },
  'a man with short hair': { Male: true, Short_Hair: true },
  'a woman with grey hair': { Male: false, Gray_Hair: true },
  'a man turned to the left': { Male: true, Turned_Left: true },
  'a woman turned to the right': { Male: false, Turned_Right: true },
  'a woman with long hair': { Male: false, Long_Hair: true },
  'a woman with long black hair': { Male: false, Long_Hair: true, Black_Hair: true },
  'a man with a full beard': { Male: true, Full_Beard: true },
  'a man with black hair': { Male: true, Black_Hair: true },
  'a person with red hair': { Red_Hair: true },
  'a person with dark skin': { Dark_Skin: true },
  'a person with pale skin': { Pale_Skin: true },
  'a person with an open mouth': { Mouth_Slightly_Open: true },
  'a person with glasses': { Eyeglasses: true },
  'a woman with dark skin': { Male: false, Dark_Skin: true },
  'a person on a dark background': { Dark_Background: true },
  'a person in dark clothes': { Dark_Clothes: true },
  'a person lit from the right': { Light_From_Right: true },
};

/** The least that a training must give, as the figures are called in `Figures`. */
export const GOALS = { answer: 0.93, precisionAt10: 0.85, captionRecall: 0.5 };

export interface Figures {
  /**
   * By attribute, the mean of how many of the portraits that have it and of those that have not are answered rightly:
   * always the same answer gives 0.5, however rare the attribute is.
   */
  readonly answers: Readonly<Record<string, number>>;
  /** Of the first ten portraits by each of twenty descriptions, the share that fits. */
  readonly precisionAt10: number;
  /** How often a portrait's own description is the nearest of those of a hundred people, over all hundreds that there are. */
  readonly captionRecall: number;
}

/** Portraits of people, a hundred or more, that no training saw. */
export async function unseenPortraits(folder: string, identities: number, images: number): Promise<Examples> {
  const params = synthetic.params.parse({ identities, images, seed: 3_000_099 });
  const dataset = required(await synthetic.load(params, { folder, threads: 1, device: 'cpu' }));
  const listing = required(await dataset.list({ folder, signal: new AbortController().signal, progress: () => {} }));
  const table = await readFile(listing.attributes ?? '', 'utf8');
  return { images: listing.images, drawn: required(parseAttributes(table, 'list_attr.txt')) };
}

/** An embedding an image; undefined where the model has none, as of a portrait without a face. */
export async function embedAll(
  model: EmbeddingModel,
  images: readonly ImageEntry[],
): Promise<(Float32Array | undefined)[]> {
  const vectors: (Float32Array | undefined)[] = [];
  for (const { file } of images) {
    const prepared = await model.prepare(await readFile(file));
    vectors.push((prepared.ok && (await model.embed([prepared.value]))[0]) || undefined);
  }
  return vectors;
}

/** What a model of words and images makes of portraits. */
export async function examine(
  model: EmbeddingModel,
  { images, drawn }: Examples,
  vectors: readonly Float32Array[],
): Promise<Figures> {
  const embedWords = async (texts: readonly string[]) => required(await embedTexts(model, texts));
  const has = (image: ImageEntry, attribute: string) => drawn.has(image.id, attribute) === true;
  const answers: Record<string, number> = {};
  for (const [attribute, prompts] of Object.entries(QUESTIONS)) {
    const [yes, no] = await embedWords(prompts);
    const share = (is: boolean) => {
      const asked = vectors.filter((_, n) => has(images[n], attribute) === is);
      return mean(asked.map((vector) => Number(cosine(vector, yes) > cosine(vector, no) === is)));
    };
    answers[attribute] = (share(true) + share(false)) / 2;
  }
  const precisions: number[] = [];
  for (const [words, wanted] of Object.entries(SEARCHES)) {
    const [asked] = await embedWords([words]);
    const near = vectors.map((vector) => cosine(vector, asked));
    const first = [...images.keys()].sort((a, b) => near[b] - near[a]).slice(0, 10);
    const fits = (n: number) => Object.entries(wanted).every(([name, is]) => has(images[n], name) === is);
    precisions.push(mean(first.map((n) => Number(fits(n)))));
  }
  const found: number[] = [];
  for (const group of hundreds(images)) {
    const captions = await embedWords(group.map((n) => describePortrait((name) => has(images[n], name))));
    for (const [own, n] of group.entries()) {
      const near = captions.map((caption) => cosine(vectors[n], caption));
      found.push(Number(near.indexOf(Math.max(...near)) === own));
    }
  }
  return { answers, precisionAt10: mean(precisions), captionRecall: mean(found) };
}

/** The images of a hundred people each, one image a person, as many times as there are a hundred of them. */
function hundreds(images: readonly ImageEntry[]): number[][] {
  const ofPerson = new Map<string | null, number[]>();
  for (const [n, { identity }] of images.entries()) ofPerson.set(identity, [...(ofPerson.get(identity) ?? []), n]);
  const groups: number[][] = [];
  for (let image = 0; ; image++) {
    const one = [...ofPerson.values()].flatMap((own) => own.slice(image, image + 1));
    if (one.length < 100) return groups;
    for (let from = 0; from + 100 <= one.length; from += 100) groups.push(one.slice(from, from + 100));
  }
}

/** How often the nearest other image is of the same person; an image without an embedding is a miss. */
export function topOne(images: readonly ImageEntry[], vectors: readonly (ArrayLike<number> | undefined)[]): number {
  const hits = vectors.map((vector, query) => {
    if (!vector) return 0;
    const far = vectors.map((other, n) =>
      other && n !== query ? squaredDistance(vector, other) : Number.POSITIVE_INFINITY,
    );
    return Number(images[far.indexOf(Math.min(...far))].identity === images[query].identity);
  });
  return mean(hits);
}

/** What words tell apart in a portrait. */
function describePortrait(has: (attribute: string) => boolean): string {
  const first = (of: Readonly<Record<string, string>>) => Object.entries(of).find(([name]) => has(name))?.[1];
  const colour = first({
    Black_Hair: 'black',
    Brown_Hair: 'brown',
    Red_Hair: 'red',
    Blond_Hair: 'blond',
    Gray_Hair: 'grey',
  });
  const length = first({ Long_Hair: 'long', Short_Hair: 'short' });
  const parts = [
    has('Male') ? 'a man' : 'a woman',
    has('Bald') ? 'who is bald' : ['with', length, colour, 'hair'].filter(Boolean).join(' '),
    has('Eyeglasses') ? 'with glasses' : 'without glasses',
    has('Mouth_Slightly_Open') ? 'with an open mouth' : 'with a closed mouth',
    first({ Full_Beard: 'with a full beard', Mustache: 'with a moustache', Stubble: 'with stubble' }),
    first({ Pale_Skin: 'with pale skin', Dark_Skin: 'with dark skin' }),
    first({ Turned_Left: 'looking to the left', Turned_Right: 'looking to the right' }),
    first({ Light_From_Left: 'lit from the left', Light_From_Right: 'lit from the right' }),
    has('Dark_Background') ? 'on a dark background' : 'on a bright background',
    has('Dark_Clothes') ? 'in dark clothes' : 'in bright clothes',
    has('Close_Up') ? 'seen from close' : 'seen from afar',
  ];
  return parts.filter(Boolean).join(', ');
}

async function embedTexts(model: EmbeddingModel, texts: readonly string[]): Promise<Result<Float32Array[]>> {
  if (!model.embedTexts) throw new Error('a model without words');
  return model.embedTexts(texts);
}

function required<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at], 0);
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
