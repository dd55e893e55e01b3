import type { DiagnosticCode } from '../../server/src/experiment/checks/diagnostics.js';

/** What gives a diagnostic, what to do, and the same text in order. */
export interface DiagnosticExample {
  readonly remedy: string;
  readonly faulty: string;
  /** Absent where the text alone does not show it. */
  readonly sound?: string;
}

const MODELS = 'embed: {models: [face-recognition]}';
const SWEPT = `dataset: synthetic\nqueries: {sample: 20}\n${MODELS}\naccuracy:\n`;
const SEVENTEEN = `[${Array.from({ length: 17 }, (_, n) => n + 1).join(', ')}]`;

export const DIAGNOSTIC_EXAMPLES: Readonly<Record<DiagnosticCode, DiagnosticExample>> = {
  'yaml-syntax': {
    remedy: 'Close what is open, indent with blanks, write a key once, and one experiment in a file.',
    faulty: 'dataset: {use: synthetic',
    sound: 'dataset: {use: synthetic}',
  },
  'file-too-large': {
    remedy: 'An experiment names its images by a data set, it does not list them: use `csv` for a list.',
    faulty: '# more than 5 × 2^20 characters',
  },
  'unsupported-version': {
    remedy: 'Write `version: 1`, or use the Lookalike that the file was written for.',
    faulty: 'version: 2\ndataset: synthetic',
    sound: 'version: 1\ndataset: synthetic',
  },
  'unknown-key': {
    remedy: 'Use the key that the message suggests, or one of those that its hint lists.',
    faulty: 'dataset: synthetic\nquieries: {sample: 5}',
    sound: 'dataset: synthetic\nqueries: {sample: 5}',
  },
  'missing-key': {
    remedy: 'Add the key: it has no default.',
    faulty: 'dataset: {use: folder}',
    sound: 'dataset: {use: folder, root: ~/faces}',
  },
  'wrong-type': {
    remedy: 'Write a number without quotes, a list in brackets, a block with its keys.',
    faulty: 'dataset: {use: synthetic, seed: lucky}',
    sound: 'dataset: {use: synthetic, seed: 13}',
  },
  'out-of-range': {
    remedy: 'Use a value between those that the message names.',
    faulty: `dataset: synthetic\n${MODELS}\nthreshold: {percentile: 101}`,
    sound: `dataset: synthetic\n${MODELS}\nthreshold: {percentile: 95}`,
  },
  'invalid-value': {
    remedy: 'Use one of the values that the message lists.',
    faulty: `dataset: synthetic\n${MODELS}\nthreshold: {unit: l1}`,
    sound: `dataset: synthetic\n${MODELS}\nthreshold: {unit: l2}`,
  },
  'unknown-plugin': {
    remedy: 'Use the name that the message suggests, or load a plugin of your own with `--plugin`.',
    faulty: 'dataset: synthtic',
    sound: 'dataset: synthetic',
  },
  'duplicate-name': {
    remedy: 'Give one of the two another `name`: it is its key in the results.',
    faulty: 'dataset: synthetic\nembed: {models: [face-recognition, {use: face-recognition, mirror: true}]}\naccuracy:',
    sound:
      'dataset: synthetic\nembed: {models: [face-recognition, {use: face-recognition, name: mirrored, mirror: true}]}\naccuracy:',
  },
  'reserved-name': {
    remedy: 'Give it another name than `original`, `control` and `all`.',
    faulty: 'dataset: synthetic\nembed: {models: [{use: face-recognition, name: all}]}\naccuracy:',
    sound: 'dataset: synthetic\nembed: {models: [{use: face-recognition, name: faces}]}\naccuracy:',
  },
  'unknown-model': {
    remedy: 'Name a model of `embed.models`, by its `name` where it has one.',
    faulty: `dataset: synthetic\n${MODELS}\nthreshold: {model: arcface}`,
    sound: `dataset: synthetic\n${MODELS}\nthreshold: {model: face-recognition}`,
  },
  'unknown-perturbation': {
    remedy: 'Write the name of another perturbation of `poison`, with the same `target`.',
    faulty: 'dataset: synthetic\npoison: {fawkes: {use: fawkes}, noise: {use: noise, like: fawks}}',
    sound: 'dataset: synthetic\npoison: {fawkes: {use: fawkes}, noise: {use: noise, like: fawkes}}',
  },
  'likeness-circular': {
    remedy: 'Give one of them a visibility of its own: `budget: {dssim: 0.02}`, or none.',
    faulty: 'dataset: synthetic\npoison: {one: {use: noise, like: other}, other: {use: pgd, like: one}}',
    sound: 'dataset: synthetic\npoison: {one: {use: noise, like: other}, other: {use: pgd}}',
  },
  'env-not-set': {
    remedy: 'Set the variable where Lookalike is started, or write the path out.',
    faulty: `dataset: {use: folder, root: "\${env:NO_SUCH_FOLDER}/lfw"}`,
    sound: `dataset: {use: folder, root: "\${workspaceFolder}/lfw"}`,
  },
  'path-missing': {
    remedy: 'Correct the path, which is relative to the experiment’s file.',
    faulty: 'dataset: {use: folder, root: nowhere}',
  },
  'files-unfit': {
    remedy: 'Name the file or folder that is meant, or use the plugin that reads it.',
    faulty: '# dataset: {use: celeba, root: downloads}, where "downloads" has no identity_CelebA.txt',
  },
  'index-unfit': {
    remedy: 'Write `metric: l2`, which suits every model.',
    faulty: `dataset: synthetic\n${MODELS}\nindex: {use: flat, metric: ip}\naccuracy:`,
    sound: `dataset: synthetic\n${MODELS}\nindex: {use: flat, metric: l2}\naccuracy:`,
  },
  'selection-unfit': {
    remedy: 'Ask for as many as there are.',
    faulty: 'dataset: {use: synthetic, identities: 40, images: 6}\nqueries: {sample: 1000}',
    sound: 'dataset: {use: synthetic, identities: 40, images: 6}\nqueries: {sample: 100}',
  },
  'tracker-unfit': {
    remedy: 'Search on this machine, or take the static tracker alone.',
    faulty: `dataset: synthetic\n${MODELS}\nthreshold:\n# lookalike-disable remote-service\nretrieve: {use: clip-retrieval, url: 'https://knn.example.org', index: web}\nrobustness: {trackers: [dynamic]}`,
    sound: `dataset: synthetic\n${MODELS}\nthreshold:\nretrieve: {use: local}\nrobustness: {trackers: [dynamic]}`,
  },
  'weights-missing': {
    remedy: 'Fetch them with `lookalike models fetch`, or name the file that holds them by `path`.',
    faulty: `dataset: synthetic\nembed: {models: [clip-vit-b-32]}\naccuracy:`,
    sound: `dataset: synthetic\n${MODELS}\naccuracy:`,
  },
  'model-without-words': {
    remedy: 'Name a CLIP model, which takes words, or leave the questions out.',
    faulty: `dataset: synthetic\n${MODELS}\nattributes: {ask: {Eyeglasses: [with glasses, without glasses]}}`,
  },
  'model-unlearned': {
    remedy: 'Take a model of photographs, or ask by words that the model knows.',
    faulty: `dataset: {use: folder, root: .}\nembed: {models: [clip-portraits]}\naccuracy:`,
    sound: `dataset: synthetic\nembed: {models: [clip-portraits]}\naccuracy:`,
  },
  'percentile-unlikely': {
    remedy: 'Write the percentile as a number of 100: 95 leaves out the largest twentieth of the distances.',
    faulty: `dataset: synthetic\n${MODELS}\nthreshold: {percentile: 0.95}`,
    sound: `dataset: synthetic\n${MODELS}\nthreshold: {percentile: 95}`,
  },
  'single-images': {
    remedy: 'Use a data set with several images of a person.',
    faulty: `dataset: {use: synthetic, images: 1}\n${MODELS}\nthreshold:`,
    sound: `dataset: {use: synthetic, images: 6}\n${MODELS}\nthreshold:`,
  },
  'pairs-unfit': {
    remedy: 'Ask for a larger false match rate, or take a larger data set.',
    faulty: `dataset: {use: synthetic, identities: 4, images: 2}\n${MODELS}\nverification: {fmr: [0.001]}`,
    sound: `dataset: {use: synthetic, identities: 4, images: 2}\n${MODELS}\nverification: {fmr: [0.1]}`,
  },
  'remote-service': {
    remedy: 'Use `local` where they may not; a run asks before it sends anything.',
    faulty: '# a retrieval plugin that sends images to a service which is not on this machine',
  },
  'expect-syntax': {
    remedy: 'Write a path, one of `>=`, `<=`, `>`, `<`, `==`, `!=`, and a number or a percentage.',
    faulty: 'dataset: synthetic\nexpect: [many images]',
    sound: 'dataset: synthetic\nexpect: [images.total >= 200]',
  },
  'expect-unfit': {
    remedy: 'Write a share in per cent, `85%`, and a count or a distance as a plain number.',
    faulty: `dataset: synthetic\n${MODELS}\naccuracy:\nexpect: [accuracy.face-recognition.top1 >= 85]`,
    sound: `dataset: synthetic\n${MODELS}\naccuracy:\nexpect: [accuracy.face-recognition.top1 >= 85%]`,
  },
  'expect-unknown-metric': {
    remedy: 'Name a figure that the file’s sections give; `schemas/results.schema.json` has them all.',
    faulty: `dataset: synthetic\n${MODELS}\naccuracy:\nexpect: [accuracy.face-recognition.top10 >= 85%]`,
    sound: `dataset: synthetic\n${MODELS}\naccuracy:\nexpect: [accuracy.face-recognition.top5 >= 85%]`,
  },
  'stage-needs': {
    remedy: 'Add the section that the message names.',
    faulty: 'dataset: synthetic\naccuracy: {top: [1]}',
    sound: `dataset: synthetic\n${MODELS}\naccuracy: {top: [1]}`,
  },
  'unused-key': {
    remedy: 'Remove the key, or write what it goes with.',
    faulty: `dataset: synthetic\n${MODELS}\npoison:\n  mine: {use: command, run: [tool, "{input}"], users: 5}`,
    sound: `dataset: synthetic\n${MODELS}\npoison:\n  mine: {use: command, run: [tool, "{input}"], target: gallery, users: 5}`,
  },
  'unused-section': {
    remedy: 'Remove the section, or add the one that it serves.',
    faulty: `dataset: synthetic\ngallery: synthetic\n${MODELS}\naccuracy:`,
    sound: `dataset: synthetic\n${MODELS}\naccuracy:`,
  },
  'axis-unfit': {
    remedy: 'Write each key path once, none of which leads into another, and each of its values once.',
    faulty: `${SWEPT}matrix: {queries.seed: [1, 2, 1]}`,
    sound: `${SWEPT}matrix: {queries.seed: [1, 2, 3]}`,
  },
  'matrix-empty': {
    remedy: 'Remove an entry of `exclude`.',
    faulty: `${SWEPT}matrix: {queries.seed: [1], exclude: [{queries.seed: 1}]}`,
    sound: `${SWEPT}matrix: {queries.seed: [1, 2], exclude: [{queries.seed: 1}]}`,
  },
  'matrix-too-large': {
    remedy: 'Name fewer values, or split the file: the cache is shared by all experiments of a folder.',
    faulty: `${SWEPT}matrix: {queries.seed: ${SEVENTEEN}, dataset.seed: ${SEVENTEEN}}`,
    sound: `${SWEPT}matrix: {queries.seed: [1, 2, 3]}`,
  },
  'matrix-vain': {
    remedy: 'Remove what changes nothing, or correct its values.',
    faulty: `${SWEPT}matrix: {queries.seed: [1, 2], exclude: [{queries.seed: 2}, {queries.seed: 2}]}`,
    sound: `${SWEPT}matrix: {queries.seed: [1, 2], exclude: [{queries.seed: 2}]}`,
  },
  'disable-unknown': {
    remedy: 'Write a code of this page.',
    faulty: 'dataset:\n  # lookalike-disable no-such-code\n  use: synthetic',
    sound: 'dataset:\n  use: synthetic',
  },
  'disable-unused': {
    remedy: 'Remove the comment: it silences its codes in the very next line alone.',
    faulty: 'dataset:\n  # lookalike-disable path-missing\n  use: synthetic',
    sound: 'dataset:\n  use: folder\n  # lookalike-disable path-missing\n  root: not/there/yet',
  },
  'set-invalid': {
    remedy: 'Write `--set key.path=value`, with models and perturbations by their names: `embed.models.mine.size=112`.',
    faulty: '# lookalike run faces.experiment.yaml --set queries.sample',
    sound: '# lookalike run faces.experiment.yaml --set queries.sample=5',
  },
};
