import type { FacePair, PeoplePage, Person } from '../../server/src/protocol/runs/explore/people.js';
import type { ReceivedFromPanel, ShownImage, ToPanel } from '../../server/src/protocol/webview.js';

import { exampleMap } from './example-map.js';
import { LEANING_FACE } from './example-queries.js';

/** Photographs of each person, whose lines follow each other. */
const EACH = 5;

/** Answers what a page asks of the embeddings of a run with these people. */
export function answerExplored(names: readonly string[], photograph: (name: string) => string) {
  return (message: ReceivedFromPanel): ToPanel[] | undefined => {
    if (message.type === 'askPeople') {
      const { selection, offset, limit } = message;
      const matching = names.filter((name) => name.includes(selection.text));
      const people = matching.slice(offset, offset + limit).map((name) => examplePerson(names.indexOf(name), name));
      const page = examplePeople(names, people, matching.length);
      return [{ type: 'people', question: message.question, people: page }];
    }
    if (message.type === 'askSimilarities') {
      const { question, identities } = message;
      const means = identities.map((_, a) => identities.map((__, b) => (a === b ? 0.1 : 0.3 + (a + b) / 100)));
      return [{ type: 'similarities', question, similarities: { identities, means, most: 100 } }];
    }
    if (message.type === 'askMap') {
      const map = { ...exampleMap(names, EACH * names.length), method: message.method };
      return [{ type: 'faceMap', question: message.question, map }];
    }
    if (message.type === 'askImages') {
      const images = message.places.map((place) => exampleImage(names, place, photograph));
      return [{ type: 'images', question: message.question, images, by: 'face-recognition', hiddenIn: null }];
    }
    return undefined;
  };
}

function exampleImage(names: readonly string[], place: number, photograph: (name: string) => string): ShownImage {
  const identity = names[Math.floor(place / EACH)] ?? null;
  const id = `${identity}/${place % EACH}.png`;
  return { place, id, identity, photograph: { uri: photograph(id) }, face: place % EACH === 1 ? null : LEANING_FACE };
}

function examplePerson(n: number, identity: string): Person {
  const found = { original: { count: 5, of: 5 }, fawkes: { count: n % 6, of: 5 } };
  const worst = { a: EACH * n, b: EACH * n + 3, distance: 0.4 + n / 100 };
  return { identity, images: EACH, queries: EACH, recognised: n % (EACH + 1), found, worst };
}

function examplePeople(names: readonly string[], people: Person[], matching: number): PeoplePage {
  const pair = (a: number, b: number, distance: number): FacePair => ({ a, b, distance });
  return {
    model: 'face-recognition',
    considered: { images: EACH * names.length, noEmbedding: 2, missing: 0, leftOut: 0, unknown: 3 },
    people,
    matching,
    total: names.length,
    impostors: { pairs: [pair(0, EACH, 0.05), pair(1, 2 * EACH, 0.07)], exact: true },
    genuine: { pairs: [pair(3, 4, 0.9)], most: 100, partly: 1 },
    strays: {
      count: 1,
      images: [{ place: 2, own: 0.5, other: names[1] ?? '', otherDistance: 0.2, otherPlace: EACH + 1 }],
    },
    copies: { count: 2, groups: [[4, EACH + 4]] },
  };
}
