import { RESULTS_VERSION, type Results, resultsSchema } from '../../server/src/protocol/results.js';
import { proportion } from '../../server/src/statistics/proportion.js';

/** A made-up run with every section filled in: its figures belong together, and none was measured. */
export function exampleResults(changes: Partial<Results> = {}): Results {
  return resultsSchema.parse({
    schema: RESULTS_VERSION,
    name: 'Robustness of a retrieval engine',
    run: exampleRun(),
    images: { total: 2040, identities: 412, missing: 2, unreadable: 3, noFace: 11 },
    accuracy: [
      exampleAccuracy('face-recognition', 128, 11, { 1: [1914, 1894], 5: [1966, 1946] }),
      exampleAccuracy('clip-vit-l-14', 768, 0, { 1: [1641, 1630], 5: [1822, 1811] }),
    ],
    identification: [exampleIdentification('face-recognition', [1580, 1710])],
    verification: [
      exampleVerification('face-recognition', 11, 0.0463, [9190, 7900]),
      exampleVerification('clip-vit-l-14', 0, 0.1872, [4120, 0]),
    ],
    index: [
      { model: 'face-recognition', use: 'flat', vectors: 2026, recall: null },
      { model: 'clip-vit-l-14', use: 'hnsw', vectors: 2037, recall: 0.9934 },
    ],
    attributes: exampleAttributes(),
    threshold: exampleThreshold(),
    poison: examplePoison(),
    retrieve: {
      use: 'local',
      model: 'clip-vit-l-14',
      requested: 50,
      returned: {
        original: { total: 49210, mean: 49.21, min: 31 },
        fawkes: { total: 49180, mean: 49.18, min: 30 },
        lowkey: { total: 48602, mean: 48.602, min: 22 },
      },
    },
    countermeasures: exampleCountermeasures(),
    transfer: exampleTransfer(),
    robustness: exampleRobustness(),
    differences: exampleDifferences(),
    expect: [
      { text: 'accuracy.face-recognition.top1 >= 85%', actual: 0.943, ok: true },
      { text: 'robustness.withValid.fawkes <= 50%', actual: 0.8407, ok: false },
      { text: 'poison.mystery.meanDssim <= 0.0125', actual: null, ok: false },
    ],
    skipped: [
      { id: 'Ana/0004.jpg', code: 'image-unreadable', message: 'Ana/0004.jpg: the file is empty' },
      { id: 'Łukasz/żółw 2.jpg', code: 'image-unreadable', message: 'Łukasz/żółw 2.jpg: premature end of JPEG image' },
      { id: 'Mei/0011.jpg', code: 'no-face', message: 'Mei/0011.jpg: no face was found' },
    ],
    stages: exampleStages(),
    ...changes,
  });
}

/** The run block of a finished run. */
export function exampleRun(changes: Partial<Results['run']> = {}): Results['run'] {
  return {
    id: '20250118-140301-9f3c21',
    file: '/home/ana/experiments/robustness.experiment.yaml',
    specHash: '7d1c3d6f0b9a4f0d8a3b5c2e1f60718293a4b5c6d7e8f90112233445566778899'.slice(0, 64),
    set: ['queries.sample=1000'],
    status: 'done',
    error: null,
    device: 'cpu',
    startedAt: '2025-01-18T14:03:01.000Z',
    finishedAt: '2025-01-18T14:21:49.000Z',
    version: '0.1.0',
    machine: {
      platform: 'linux',
      arch: 'x64',
      cpu: 'Example CPU @ 2.60GHz',
      cores: 8,
      memoryMb: 32096,
      node: '20.19.0',
    },
    ...changes,
  };
}

/** `tops`: for each k the hits of all queries and of those that are not alone in their identity. */
function exampleAccuracy(model: string, dim: number, noFace: number, tops: Record<string, [number, number]>) {
  const of = 2037 - noFace;
  const top = Object.entries(tops).map(([k, [hits, paired]]) => [
    k,
    { hits, of, ...proportion(hits, of), rateAll: hits / 2037, ratePaired: paired / (of - 24) },
  ]);
  return { model, dim, noFace, identities: 412, top: Object.fromEntries(top) };
}

/** `matches`: genuine pairs that match at each false match rate; a curve between those points. */
function exampleVerification(model: string, noFace: number, eer: number, matches: readonly [number, number]) {
  const [genuine, impostor] = [10_000, 2_000_000];
  const at = [0.01, 0.001].map((fmr, n) => {
    const count = matches[n] ?? 0;
    const tmr = { count, of: genuine, ...proportion(count, genuine) };
    const byIdentity = count === 0 ? ('wilson' as const) : ('bootstrap' as const);
    const ci95ByIdentity = count === 0 ? [0, 0.009] : [count / genuine - 0.04, count / genuine + 0.03];
    const tmrAll = count / (genuine + 20 * noFace);
    return { fmr, threshold: 0.39 - 0.09 * n, actualFmr: fmr, tmr: { ...tmr, ci95ByIdentity, byIdentity }, tmrAll };
  });
  const curve = at.map(({ fmr, tmr }) => ({ fmr, tmr: tmr.rate ?? 0 })).reverse();
  const points = [{ fmr: 0, tmr: 0 }, ...curve, { fmr: eer, tmr: 1 - eer }, { fmr: 1, tmr: 1 }];
  return {
    model,
    pairs: { genuine, impostor, left: 2000 * noFace },
    eer: { rate: eer },
    auc: 1 - eer / 4,
    dPrime: 0.17 / eer,
    at,
    roc: { fmr: points.map(({ fmr }) => fmr), tmr: points.map(({ tmr }) => tmr) },
    scores: { edges: [0, 0.5, 1], genuine: [9400, 600], impostor: [150_000, 1_850_000] },
  };
}

/** `found`: probes that are found at rank 1 and at rank 5. */
function exampleIdentification(model: string, found: readonly [number, number]) {
  const [of, missed] = [1800, 12];
  const byIdentity = (count: number) => ({
    ...{ count, of, ...proportion(count, of) },
    ci95ByIdentity: [count / of - 0.03, count / of + 0.02] as [number, number],
    byIdentity: 'bootstrap' as const,
  });
  const rankOf = (count: number) => ({ ...byIdentity(count), rateAll: count / (of + missed) });
  const fnir = byIdentity(450);
  return {
    ...{ model, enrolled: 206, failedToEnrol: 1, probes: of, unknownProbes: 1900, left: 15 },
    cmc: { 1: rankOf(found[0]), 5: rankOf(found[1]) },
    at: [{ fpir: 0.1, threshold: 0.31, actualFpir: 0.1, fnir, fnirAll: 462 / (of + missed) }],
    curve: [...found, of].map((count) => count / of),
  };
}

/** One question that a list of attributes scores, and one that nothing is known about. */
function exampleAttributes(): Results['attributes'] {
  const [yes, no] = ['a person with glasses', 'a person without glasses'];
  const accuracy = { count: 1712, of: 2030, ...proportion(1712, 2030) };
  return {
    model: 'clip-vit-l-14',
    images: 2037,
    questions: [
      { name: 'Eyeglasses', yes, no, saidYes: 391, accuracy, balanced: 0.8714 },
      { name: 'Smiling', yes: 'a person who smiles', no: 'a person who is serious', saidYes: 1104 },
    ],
  };
}

function exampleThreshold(): Results['threshold'] {
  const counts = [2, 9, 31, 77, 148, 221, 268, 249, 190, 121, 74, 38, 17, 8, 3, 2];
  const edges = [...counts, 0].map((_, n) => Number((0.08 + 0.03 * n).toFixed(2)));
  return {
    model: 'face-recognition',
    percentile: 95,
    unit: 'squared-l2',
    queries: 1458,
    excluded: 24,
    median: 0.284,
    histogram: { edges, counts },
  };
}

function examplePoison(): Results['poison'] {
  const shared = { target: 'query' as const, images: 1000, seconds: 412.5 };
  return [
    {
      ...shared,
      ...{
        name: 'fawkes',
        use: 'fawkes',
        surrogates: ['face-recognition'],
        noFaceAfter: 12,
        meanDssim: 0.0118,
        meanLpips: 0.0421,
      },
      ...{ meanPsnr: 36.4, meanL2: 4.36, linf: 0.058, meanShift: 0.93, medianShift: 0.97, top1: 0.084, whiteBox: true },
    },
    {
      ...shared,
      ...{ name: 'lowkey', use: 'precomputed', surrogates: [], noFaceAfter: 31, meanDssim: 0.0252 },
      ...{
        meanPsnr: 30.2,
        meanL2: 8.91,
        linf: 0.1255,
        meanShift: 0.52,
        medianShift: 0.5,
        top1: 0.731,
        whiteBox: false,
      },
      ...{ target: 'gallery', protection: { nn: 0.412, linear: 0.308 } },
    },
  ];
}

/** The originals and a perturbation behind one countermeasure. */
function exampleCountermeasures(): Results['countermeasures'] {
  const shared = { countermeasure: 'jpeg75', use: 'jpeg', target: 'query' as const, images: 1000, seconds: 21.5 };
  return [
    {
      ...shared,
      ...{ name: 'original+jpeg75', perturbation: null, noFaceAfter: 1, medianShift: 0.11, top1: 0.931, top1All: 0.93 },
      whiteBox: false,
    },
    {
      ...shared,
      ...{ name: 'fawkes+jpeg75', perturbation: 'fawkes', noFaceAfter: 14, medianShift: 0.88, top1: 0.197 },
      ...{ top1All: 0.194, whiteBox: true },
    },
  ];
}

/** Two judges, one of which the perturbation looked into. */
function exampleTransfer(): Results['transfer'] {
  const share = (count: number, of: number) => {
    const byIdentity = 'bootstrap' as const;
    return { count, of, ...proportion(count, of), ci95ByIdentity: [count / of - 0.04, count / of + 0.04], byIdentity };
  };
  const versions = [
    { perturbation: 'original', countermeasure: null, matched: [911, 880], noFace: 8 },
    { perturbation: 'fawkes', countermeasure: null, matched: [102, 790], noFace: 12 },
    { perturbation: 'fawkes', countermeasure: 'jpeg75', matched: [214, 801], noFace: 14 },
  ] as const;
  return versions.flatMap(({ matched, noFace, ...version }) =>
    ['face-recognition', 'clip-vit-l-14'].map((judge, n) => {
      const of = 1000 - (n === 0 ? noFace : 0);
      return resultsSchema.shape.transfer.unwrap().element.parse({
        ...version,
        ...{ judge, images: 1000, noFace: n === 0 ? noFace : 0, top1: share(matched[n] ?? 0, of) },
        ...{ matched: share(matched[n] ?? 0, of), matchedAll: (matched[n] ?? 0) / 1000, shift: 0.4, fmr: 0.001 },
        whiteBox: version.perturbation !== 'original' && n === 0,
        ...{ threshold: 0.31, actualFmr: 0.00098, impostorPairs: 51_000, setAside: 0 },
      });
    }),
  );
}

function exampleRobustness(): Results['robustness'] {
  const share = (count: number, of: number) => ({ count, of, ...proportion(count, of) });
  return {
    queries: 1000,
    minValid: 3,
    eligible: 728,
    withValid: {
      original: { ...share(728, 728), precision: 0.871, whiteBox: false },
      fawkes: { ...share(612, 728), precision: 0.802, whiteBox: true },
      lowkey: { ...share(566, 728), precision: null, whiteBox: false },
    },
    all: share(543, 728),
    control: { of: 728, strangers: 728 * 990, rate: 0.3283, ci95ByIdentity: [0.2871, 0.3702], byIdentity: 'bootstrap' },
  };
}

function exampleDifferences(): Results['differences'] {
  const found = { figure: 'robustness.withValid', a: 'original', n: 728, byIdentity: 'bootstrap' as const };
  return [
    {
      ...{
        name: 'accuracy/clip-vit-l-14',
        figure: 'accuracy.top1',
        a: 'face-recognition',
        b: 'clip-vit-l-14',
        n: 2026,
      },
      ...{ discordant: 371, difference: -0.1308, ci95ByIdentity: [-0.1542, -0.1071], byIdentity: 'bootstrap' },
      ...{ p: 4.1e-46, pHolm: 1.2e-45, pByIdentity: 2.7e-21, pByIdentityAlone: 9e-22 },
    },
    {
      ...{ ...found, name: 'robustness/fawkes', b: 'fawkes', discordant: 116, difference: -116 / 728 },
      ...{
        ci95ByIdentity: [-0.1929, -0.1277],
        p: 2.4e-35,
        pHolm: 4.8e-35,
        pByIdentity: 1.1e-17,
        pByIdentityAlone: 5.5e-18,
      },
    },
    {
      ...{ ...found, name: 'robustness/lowkey', b: 'lowkey', discordant: 3, difference: -3 / 728 },
      ...{ ci95ByIdentity: [-0.0096, 0], p: 0.25, pHolm: 0.25, pByIdentity: 0.25, pByIdentityAlone: 0.25 },
    },
  ];
}

function exampleStages(): Results['stages'] {
  return [
    { name: 'embed', seconds: 702.4, cached: false, peakRssMb: 1480.2, shardsComputed: 17 },
    { name: 'index', seconds: 3.1, cached: false, peakRssMb: 1502, shardsComputed: 0 },
    { name: 'accuracy', seconds: 0.042, cached: true, peakRssMb: 640, shardsComputed: 0 },
    { name: 'robustness', seconds: 61, cached: false, peakRssMb: 911, shardsComputed: 0 },
  ];
}
