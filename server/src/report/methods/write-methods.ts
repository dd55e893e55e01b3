import { isAbsolute } from 'node:path';
import type { Family } from '../../plugins/declare.js';
import { findPlugin } from '../../plugins/registry.js';
import { count, counted, decimal, percent } from '../../protocol/figure-text.js';
import { UNITS } from '../../protocol/results/distance-unit.js';
import type { ReferenceKey } from '../../protocol/results/references.js';
import type { Results } from '../../protocol/results.js';
import type { Described } from '../../protocol/webview.js';
import type { ExperimentSpec, NamedUse, PluginUse } from '../../stages/spec.js';
import { cited, citedWork, softwareWork } from './bibtex.js';

/** What a file says of an experiment: nothing where it is not known. */
type Draft = Partial<ExperimentSpec>;

/**
 * The methods of a run, written from its figures and its file. Nothing is said that neither of them says: of what the file
 * alone tells, `draft` has what could be read of it.
 */
export function writeMethods(results: Results, draft: Draft | undefined): Described['methods'] {
  const works = new Map<string, Described['methods']['references'][number]>();
  const cite: Cite = (...keys) => {
    for (const key of keys) works.set(key, works.get(key) ?? citedWork(key));
    return keys.length > 0 ? ` [${keys.map((key) => `@${key}`).join('; ')}]` : '';
  };
  const software = (key: string, ...work: Parameters<typeof softwareWork>) => {
    works.set(key, cited(key, softwareWork(...work)));
    return ` [@${key}]`;
  };
  const told = { results, draft: draft ?? {}, cite };
  const paragraphs = [
    [...images(told), ...models(told)],
    [...recognition(told), ...threshold(told)],
    [...perturbations(told), ...countermeasures(told), ...transfer(told)],
    [...retrieval(told), ...robustness(told)],
    uncertainty(told),
    [...computation(results, software), ...(draft ? [] : [NO_FILE])],
  ];
  return {
    paragraphs: paragraphs.filter((sentences) => sentences.length > 0).map((sentences) => sentences.join(' ')),
    references: [...works.values()],
  };
}

const NO_FILE =
  'The experiment’s file is not there as it was run: settings and seeds that figures do not tell are not named.';

type Cite = (...keys: readonly ReferenceKey[]) => string;
interface Told {
  readonly results: Results;
  readonly draft: Draft;
  readonly cite: Cite;
}

function images({ results, draft, cite }: Told): string[] {
  const { total, identities, missing, unreadable, noFace } = results.images;
  const { dataset, gallery, queries } = draft;
  const source = dataset ? `, read by ${plugin('dataset', dataset, cite)},` : '';
  const without = [
    missing > 0 && `${count(missing)} that it names were not there`,
    unreadable > 0 && `${count(unreadable)} could not be read`,
    noFace > 0 && `in ${count(noFace)} no face was found`,
  ].filter((one) => one !== false);
  return [
    `The data set${source} has ${counted(total, 'image')} of ${counted(identities, 'identity', 'identities')}${without.length > 0 ? `; ${without.join(', ')}` : ''}.`,
    ...(gallery ? [`Searched was a gallery of its own, read by ${plugin('dataset', gallery, cite)}.`] : []),
    ...(queries?.sample
      ? [`Queries were ${count(queries.sample)} of the images, drawn with seed ${queries.seed}.`]
      : []),
  ];
}

function models({ results, draft, cite }: Told): string[] {
  const known = draft.embed?.models ?? [];
  const measured = results.accuracy ?? [];
  const names = [...new Set([...known, ...measured.map(({ model }) => ({ name: model }))].map(({ name }) => name))];
  const { hashes } = results.run;
  const said = names.map((name) => {
    const use = known.find((one) => one.name === name);
    const dimensions = measured.find(({ model }) => model === name)?.dim;
    const [file] = hashes?.models[name]?.files ?? [];
    const facts = [
      dimensions !== undefined && `${count(dimensions)} dimensions`,
      file !== undefined && `SHA-256 of its weights ${file.slice(0, 16)}…`,
    ].filter((one) => one !== false);
    return use ? named('model', use, cite, facts) : `${code(name)}${inBrackets(facts)}`;
  });
  const index = draft.index;
  return [
    ...(said.length > 0 ? [`Embeddings are those of ${list(said)}.`] : []),
    ...(index ? [`Nearest neighbours were searched by ${plugin('index', index, cite)}.`] : []),
    ...(results.index ?? [])
      .filter(({ recall }) => recall !== null)
      .map(({ model, recall, recallAt }) => {
        const depth = recallAt ? `@${recallAt}` : '';
        return `Recall${depth} against exact search, by ${code(model)}: ${percent(recall)}.`;
      }),
  ];
}

/** What asks whether images show one person, before anything is done to them. */
function recognition({ results, draft, cite }: Told): string[] {
  const { accuracy = [], verification = [], identification = [], attributes } = results;
  const depths = [...new Set(accuracy.flatMap(({ top }) => Object.keys(top)))];
  const pairs = draft.verification?.pairs;
  const drawn = typeof pairs === 'object' && 'sample' in pairs ? `, drawn with seed ${pairs.seed}` : '';
  return [
    ...(depths.length > 0
      ? [
          `Top-k accuracy (k = ${list(depths)}) is the share of queries with an image of the same person among the k nearest others${cite('bhat2023clip')}.`,
        ]
      : []),
    ...verification.slice(0, 1).map(({ pairs: { genuine, impostor }, at }) => {
      const rates = at.map(({ fmr }) => String(fmr));
      return `Verification compares ${count(genuine)} pairs of images of one person and ${count(impostor)} of two${drawn}, at thresholds that let no more than ${list(rates)} of the impostor pairs match.`;
    }),
    ...identification.slice(0, 1).map(({ enrolled, probes, unknownProbes }) => {
      const spec = draft.identification;
      const seed = spec ? `, drawn with seed ${spec.seed}` : '';
      return `Identification enrols ${counted(enrolled, 'person', 'people')}${spec ? ` with ${counted(spec.enrol, 'image')} each` : ''}${seed}, and searches for ${count(probes)} images of them and ${count(unknownProbes)} of others.`;
    }),
    ...(attributes
      ? [
          `${counted(attributes.questions.length, 'question')} of each image ${attributes.questions.length === 1 ? 'was' : 'were'} asked of ${code(attributes.model)} by words, yes being what is nearer to the image.`,
        ]
      : []),
  ];
}

function threshold({ results: { threshold: set } }: Told): string[] {
  if (!set) return [];
  const unit = UNITS[set.unit];
  const by = `by ${code(set.model)}, ${unit}`;
  const strangers = set.strangers
    ? [`Within it lie, mean of the queries, ${percent(set.strangers.mean)} of strangers’ images.`]
    : [];
  if (set.percentile !== null) {
    return [
      `A query’s threshold is the percentile ${set.percentile} of its distances to the other images of its person (${by}; median ${decimal(set.median, 4)}).`,
      ...strangers,
    ];
  }
  const how =
    set.fmr === undefined
      ? 'was set by the experiment'
      : `lets no more than ${set.fmr} of ${count(set.impostorPairs ?? null)} impostor pairs match, of people of whom nobody is judged`;
  return [`One threshold for all, ${decimal(set.value ?? null, 4)} (${by}), ${how}.`, ...strangers];
}

function perturbations({ results, draft, cite }: Told): string[] {
  return (results.poison ?? []).flatMap(({ name, use, target, surrogates, images: made, unlikeAuthors, meanDssim }) => {
    const spec = draft.poison?.find((one) => one.name === name && one.use === use);
    const told = spec ? named('perturbation', spec, cite) : name === use ? code(use) : `${code(name)} (${code(use)})`;
    const against = surrogates.length > 0 ? ` against ${list(surrogates.map(code))}` : '';
    const what =
      target === 'query' ? 'queries (evasion)' : `photographs in the gallery (poisoning)${protectedPeople(spec)}`;
    const aim = spec?.budget ?? {};
    const budget = [
      aim.dssim !== undefined && `a DSSIM of ${aim.dssim}${cite('wang2004ssim')}`,
      aim.psnr !== undefined && `a PSNR of ${aim.psnr} dB`,
      spec?.like !== undefined && `the DSSIM of ${code(spec.like)} on each photograph`,
    ].filter((one) => one !== false);
    return [
      `${told}${against} perturbed ${count(made)} ${what}${budget.length > 0 ? `, brought to ${list(budget)}` : ''}; their mean DSSIM is ${decimal(meanDssim, 4)}.`,
      ...(unlikeAuthors ? [`Its settings are not its authors’: ${unlikeAuthors}.`] : []),
    ];
  });
}

function protectedPeople(spec: NonNullable<Draft['poison']>[number] | undefined): string {
  return spec
    ? ` of ${counted(spec.users, 'person', 'people')}, drawn with seed ${spec.seed}, ${percent(spec.split)} of each searched`
    : '';
}

function countermeasures({ results, draft, cite }: Told): string[] {
  const names = [...new Set((results.countermeasures ?? []).map(({ countermeasure }) => countermeasure))];
  if (names.length === 0) return [];
  const said = names.map((name) => {
    const spec = draft.countermeasures?.find((one) => one.name === name);
    return spec ? named('countermeasure', spec, cite) : code(name);
  });
  return [`Before it is embedded, each version, the originals too, goes through ${list(said)}.`];
}

function transfer({ results: { transfer: rows = [] } }: Told): string[] {
  const [first] = rows;
  if (!first) return [];
  const judges = [...new Set(rows.map(({ judge }) => judge))];
  return [
    `Each version is judged by ${list(judges.map(code))}, each at a threshold of its own that lets no more than ${first.fmr} of impostor pairs match.`,
  ];
}

function retrieval({ results: { retrieve }, draft, cite }: Told): string[] {
  if (!retrieve) return [];
  const engine = draft.retrieve ? plugin('retrieval', draft.retrieve, cite) : code(retrieve.use);
  return [
    `Each version of each query was searched for by ${engine} with ${code(retrieve.model)}, ${counted(retrieve.requested, 'result')} at the most.`,
  ];
}

function robustness({ results: { robustness: judged, threshold: set }, cite }: Told): string[] {
  if (!judged) return [];
  const { queries, eligible, minValid, trackers } = judged;
  const judge = set ? `, by ${code(set.model)},` : '';
  return [
    `A result is valid where it lies${judge} within the query’s threshold of the original photograph; eligible are the ${count(eligible)} of ${count(queries)} queries whose original finds at least ${counted(minValid, 'valid result')}, and still found is a version with at least one${cite('bhat2023clip')}.`,
    'The control is how often the same test finds valid results by photographs of other people.',
    ...(trackers ? [`Trackers: ${list(Object.keys(trackers))}.`] : []),
  ];
}

/** Whether any rate has an interval over people, and whether rates were tested against one another. */
function uncertainty({ results, cite }: Told): string[] {
  const ways = new Set(JSON.stringify(results).match(/"byIdentity":"(?:bootstrap|wilson)"/g));
  const bootstrap = ways.has('"byIdentity":"bootstrap"');
  const told = bootstrap
    ? `Intervals of rates are 95 % intervals over people, of 1,000 seeded draws of identities${cite('efron1993bootstrap')}; where none or all were counted, and where identities are not known, they are Wilson’s${cite('wilson1927interval')}.`
    : `Intervals of rates are Wilson’s 95 % score intervals${cite('wilson1927interval')}.`;
  const hasRates = results.accuracy?.length || results.robustness || results.verification?.length;
  const tests = results.differences?.length
    ? [
        `Differences of rates on the same queries were tested by McNemar’s exact test${cite('mcnemar1947')} and, where identities are known, by permutation of identities; p-values are adjusted by Holm’s method${cite('holm1979')}.`,
      ]
    : [];
  return [...(hasRates ? [told] : []), ...tests];
}

function computation(
  { run }: Results,
  software: (key: string, ...work: Parameters<typeof softwareWork>) => string,
): string[] {
  const { machine, device, hashes } = run;
  const [version, onnxRuntime] = [run.version, run.onnxRuntime ?? ''].map(versionOf) as [string, string];
  const lookalike = `Lookalike${version === '' ? '' : ` ${version}`}${software('lookalike', 'Lookalike', version, {
    author: '{The Lookalike authors}',
    title: 'Lookalike: face-retrieval experiments from one YAML file',
  })}`;
  const runtime =
    onnxRuntime !== ''
      ? ` and ONNX Runtime ${onnxRuntime}${software('onnxruntime', 'ONNX Runtime', onnxRuntime, {
          author: '{ONNX Runtime developers}',
          title: 'ONNX Runtime',
          url: 'https://onnxruntime.ai',
        })}`
      : '';
  const where = [device !== 'cpu' && `on ${code(device)}`, machine.cpu !== '' && `on ${code(machine.cpu)}`].filter(
    (one) => one !== false,
  );
  return [
    `Everything was computed by ${lookalike}${runtime}${where.length > 0 ? ` ${where.join(', ')}` : ''}${machine.node === '' ? '' : ` (${code(`${machine.platform} ${machine.arch}`)}, Node ${versionOf(machine.node)})`}.`,
    `The run is ${code(run.id)} of ${run.startedAt.slice(0, 10)}${run.set.length > 0 ? `, with ${list(run.set.map(code))} set` : ''}${hashes?.dataset ? `; SHA-256 over the images ${hashes.dataset.slice(0, 16)}…` : ''}.`,
  ];
}

/** Under a name of its own, with what it is. */
function named(family: Family, { name, use, params }: NamedUse, cite: Cite, facts: readonly string[] = []): string {
  const known = [...settingsOf(params), ...facts];
  const works = citing(family, { use, params }, cite);
  return name === use
    ? `${code(use)}${works}${inBrackets(known)}`
    : `${code(name)}${inBrackets([`${code(use)}${works}`, ...known])}`;
}

function plugin(family: Family, use: PluginUse, cite: Cite): string {
  return named(family, { ...use, name: use.use }, cite);
}

function citing(family: Family, { use, params }: PluginUse, cite: Cite): string {
  return cite(...(findPlugin(family, use)?.references?.(params as never) ?? []));
}

function inBrackets(facts: readonly string[]): string {
  return facts.length > 0 ? ` (${facts.join(', ')})` : '';
}

/** Settings by their names; a path is of the machine, and a block has no short form. */
function settingsOf(params: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    if (typeof value === 'string' && isAbsolute(value)) return [];
    return ['string', 'number', 'boolean'].includes(typeof value) ? [code(`${name}: ${value}`)] : [];
  });
}

/** Words of files and people cannot end where they stand, nor cite. */
function code(name: string): string {
  return `\`${name.replaceAll('`', '’').replace(/\s+/g, ' ')}\``;
}

function versionOf(version: string): string {
  return version.replace(/[^\w.+-]/g, '');
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
