import type { FoundFace } from '../../server/src/protocol/images/found-face.js';
import type { QueryPage, QueryView, ReceivedFromPanel, ToPanel } from '../../server/src/protocol/webview.js';

/** Made-up rows of a table of `total` queries, sorted and filtered as the page asks, without making all of them. */
export function examplePage(total: number, offset: number, limit: number): QueryPage {
  const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, n) => exampleRow(offset + n));
  return { rows, matching: total, total };
}

function exampleRow(n: number): QueryPage['rows'][number] {
  const correct = n % 7 !== 3;
  return {
    id: `person-${String(Math.floor(n / 5)).padStart(6, '0')}/${n % 5}.png`,
    identity: `person-${String(Math.floor(n / 5)).padStart(6, '0')}`,
    correct,
    hits: { 1: correct, 5: true },
    distance: 0.1 + (n % 97) / 200,
    threshold: n % 11 === 0 ? null : 0.284,
    unit: 'squared-l2',
    returned: null,
    valid: n % 20,
    shift: 0.5 + (n % 13) / 20,
    strangers: n % 11 === 0 ? null : (n % 50) / 100,
    control: n % 11 === 0 ? null : (n % 30) / 30,
    dssim: (n % 17) / 1000,
  };
}

/** What a query found: two photographs of its person, then an impostor beyond the threshold. */
export function exampleViews(id: string, photograph: (name: string) => string): QueryView[] {
  const identity = id.split('/')[0];
  const found = (name: string, who: string, distance: number) => ({
    id: name,
    identity: who,
    distance,
    valid: distance <= 0.284,
    judged: distance,
  });
  const neighbours = [
    found('a.png', identity, 0.12),
    found('b.png', identity, 0.21),
    found('c.png', 'somebody-else', 0.37),
    found('gone.png', 'somebody-else', 0.41),
  ];
  const photographs = Object.fromEntries(
    [id, 'a.png', 'b.png', 'c.png'].map((name) => [name, { uri: photograph(name) }]),
  );
  const faces = { by: 'face-recognition', of: exampleFaces(id) };
  const base = {
    id,
    identity,
    correct: true,
    neighbours,
    threshold: 0.284,
    photographs,
    faces,
    judged: { valid: 2, of: 4 },
  };
  return [
    { ...base, model: 'face-recognition', version: 'original', perturbed: null },
    {
      ...{ ...base, model: 'face-recognition', version: 'fawkes' },
      ...{ perturbed: { uri: photograph(`perturbed ${id}`) }, perturbedFace: null },
    },
  ];
}

/** In a photograph of 120 by 160 pixels, by 14°. */
export const LEANING_FACE: FoundFace = {
  size: [120, 160],
  box: [30, 40, 90, 110],
  landmarks: [
    [46, 64],
    [74, 71],
    [58, 82],
    [45, 91],
    [66, 96],
  ],
  score: 0.97,
  detected: 1,
};

/** A face, one of three, none, and one of which nothing is known. */
function exampleFaces(id: string): NonNullable<QueryView['faces']>['of'] {
  return { [id]: LEANING_FACE, 'a.png': { ...LEANING_FACE, detected: 3 }, 'b.png': null };
}

/** Answers a page's questions as a run with `total` queries would. */
export function answerQueries(total: number, photograph: (name: string) => string) {
  return (message: ReceivedFromPanel): ToPanel[] | undefined => {
    if (message.type === 'askPage') {
      const page = examplePage(total, message.offset, message.limit);
      return [{ type: 'page', question: message.question, page }];
    }
    if (message.type === 'askQuery') {
      const views = exampleViews(message.id, photograph);
      return [{ type: 'query', question: message.question, views, hiddenIn: null }];
    }
    if (message.type === 'askPhotographs') {
      const photographs = Object.fromEntries(message.ids.map((id) => [id, { uri: photograph(id) }]));
      return [{ type: 'photographs', question: message.question, photographs, hiddenIn: null }];
    }
    if (message.type === 'askQueries') {
      const views = message.ids.flatMap((id) => exampleViews(id, photograph));
      return [{ type: 'query', question: message.question, views, hiddenIn: null }];
    }
    return undefined;
  };
}
