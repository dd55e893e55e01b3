import { LARGEST_TEXT } from '../../../server/src/experiment/syntax/tree.js';

/** A fault at the «marks» of a text, each of which gives the code once, and its neighbour that is in order. */
export interface DiagnosticCase {
  readonly fault: string;
  readonly faulty: string;
  readonly sound: string;
  /** `--set` for the faulty text, and for the sound one. */
  readonly set?: readonly [faulty: string, sound: string];
  /** Part of what the message or the hint says. */
  readonly says?: RegExp;
}

/** What is measured below, where a case is about something else. */
const MEASURED = 'dataset: synthetic\nembed: {models: [face-recognition]}\naccuracy:\n';
const PAIRED = 'dataset: {use: synthetic, identities: 4, images: 2}\nembed: {models: [face-recognition]}\n';
const SEARCHED = `${MEASURED}retrieve: test/engine\n`;
const ROBUST = `${SEARCHED}threshold:\nrobustness:\npoison: {fawkes: test/noise}\n`;
const HEADER = 'dataset: synthetic # ';
const LONG = HEADER + 'x'.repeat(LARGEST_TEXT - HEADER.length);

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1).join(', ');

export const CASES: Readonly<Record<string, readonly DiagnosticCase[]>> = {
  'yaml-syntax': [
    {
      fault: 'a block that does not end',
      faulty: 'dataset: «{»use: synthetic\n',
      sound: 'dataset: {use: synthetic}\n',
    },
    {
      fault: 'a tab that indents',
      faulty: 'dataset: synthetic\nqueries:\n«\t»seed: 3',
      sound: 'dataset: synthetic\nqueries:\n  seed: 3',
    },
    {
      fault: 'a key written twice',
      faulty: 'dataset: synthetic\n«dataset»: celeba\n',
      sound: 'dataset: synthetic\nname: celeba\n',
    },
    {
      fault: 'an alias of nothing',
      faulty: 'dataset: «*faces»\n',
      sound: `${SEARCHED.replace('dataset:', 'dataset: &faces')}gallery: *faces\n`,
      says: /&faces/,
    },
    {
      fault: 'a second document',
      faulty: 'dataset: synthetic\n«---\nname: second\n»',
      sound: '---\ndataset: synthetic\n',
      says: /one experiment/,
    },
  ],
  'file-too-large': [
    { fault: 'a character too many', faulty: `«»${LONG}x`, sound: LONG, says: new RegExp(`${LARGEST_TEXT + 1}`) },
  ],
  'unsupported-version': [
    { fault: 'a format to come', faulty: 'version: «2»\ndataset: moon\n', sound: 'version: 1\ndataset: synthetic\n' },
  ],
  'unknown-key': [
    {
      fault: 'a section that is misspelt',
      faulty: 'dataset: synthetic\n«quieries»: {sample: 5}\n',
      sound: 'dataset: synthetic\nqueries: {sample: 5}\n',
      says: /did you mean "queries"/,
    },
    {
      fault: 'a parameter of another plugin',
      faulty: 'dataset: {use: synthetic, «partition»: test}\n',
      sound: 'dataset: {use: synthetic, identities: 9}\n',
      says: /identities, images, seed, size/,
    },
    {
      fault: 'a parameter in a block that is merged in',
      faulty: `${MEASURED}retrieve: test/engine\ngallery: {<<: {use: folder, root: .}, «rot»: .}\n`,
      sound: `${MEASURED}retrieve: test/engine\ngallery: {<<: {use: folder, root: nowhere}, root: .}\n`,
    },
  ],
  'missing-key': [
    { fault: 'a missing data set', faulty: '«name»: nothing\n', sound: 'name: something\ndataset: synthetic\n' },
    { fault: 'missing models', faulty: 'dataset: synthetic\n«embed»:\n', sound: MEASURED },
    {
      fault: 'a plugin’s parameter that has no default',
      faulty: '«dataset»: {use: folder}\n',
      sound: 'dataset: {use: folder, root: .}\n',
    },
    { fault: 'a missing `use`', faulty: 'dataset: «{root: .}»\n', sound: 'dataset: {root: ., use: folder}\n' },
  ],
  'wrong-type': [
    { fault: 'a list for an experiment', faulty: '«- dataset: synthetic»\n', sound: 'dataset: synthetic\n' },
    { fault: 'a number for a plugin', faulty: 'dataset: «5»\n', sound: 'dataset: synthetic\n' },
    {
      fault: 'a text for a number',
      faulty: 'dataset: {use: synthetic, seed: «lucky»}\n',
      sound: 'dataset: {use: synthetic, seed: 13}\n',
    },
    {
      fault: 'a line for a list of lines',
      faulty: 'dataset: synthetic\nexpect: «images.total > 5»\n',
      sound: 'dataset: synthetic\nexpect: [images.total > 5]\n',
    },
    {
      fault: 'a version in quotes',
      faulty: 'version: «"1"»\ndataset: synthetic\n',
      sound: 'version: 1\ndataset: synthetic\n',
      says: /without quotes/,
    },
    {
      fault: 'a number that is none',
      faulty: 'dataset: {use: synthetic, seed: «.nan»}\n',
      sound: 'dataset: {use: synthetic, seed: 0}\n',
    },
  ],
  'out-of-range': [
    {
      fault: 'a percentile above 100',
      faulty: `${MEASURED}threshold: {percentile: «100.1»}\n`,
      sound: `${MEASURED}threshold: {percentile: 100}\n`,
    },
    {
      fault: 'a depth of 0',
      faulty: MEASURED.replace('accuracy:', 'accuracy: {top: [1, «0»]}'),
      sound: MEASURED.replace('accuracy:', 'accuracy: {top: [1, 1000]}'),
    },
    {
      fault: 'a list without items',
      faulty: MEASURED.replace('accuracy:', 'accuracy: {top: «[]»}'),
      sound: MEASURED.replace('accuracy:', 'accuracy: {top: [1]}'),
    },
  ],
  'invalid-value': [
    {
      fault: 'a word that is none of those',
      faulty: `${MEASURED}threshold: {unit: «l1»}\n`,
      sound: `${MEASURED}threshold: {unit: l2}\n`,
      says: /squared-l2, l2/,
    },
    {
      fault: 'a threshold that is set by two things',
      faulty: `${MEASURED}threshold: {percentile: 95, fmr: «0.1»}\n`,
      sound: `${MEASURED}threshold: {fmr: 0.1}\n`,
      says: /one of percentile, fmr, distance: "percentile" is there already/,
    },
    {
      fault: 'a threshold that is set by a distance, too',
      faulty: `${MEASURED}threshold: {fmr: 0.1, distance: «0.3»}\n`,
      sound: `${MEASURED}threshold: {distance: 0.3}\n`,
      says: /"fmr" is there already/,
    },
    {
      fault: 'a perturbation’s name with a blank',
      faulty: 'dataset: synthetic\npoison: {«my noise»: test/noise}\n',
      sound: 'dataset: synthetic\npoison: {my-noise: test/noise}\n',
      says: /no white space/,
    },
    {
      fault: 'a model’s name with an @, which names an operating point',
      faulty: MEASURED.replace('[face-recognition]', '[{use: face-recognition, name: «v1@5»}]'),
      sound: MEASURED.replace('[face-recognition]', '[{use: face-recognition, name: v1.5}]'),
    },
  ],
  'unknown-plugin': [
    {
      fault: 'a data set that is misspelt',
      faulty: 'dataset: «synthtic»\n',
      sound: 'dataset: synthetic\n',
      says: /did you mean "synthetic"/,
    },
    {
      fault: 'a model in place of a data set',
      faulty: 'dataset: {use: «face-recognition»}\n',
      sound: 'dataset: {use: synthetic}\n',
    },
  ],
  'duplicate-name': [
    {
      fault: 'one model twice',
      faulty: MEASURED.replace(']', ', «face-recognition»]'),
      sound: MEASURED.replace(']', ', {use: face-recognition, name: tiny, detector: tiny}]'),
      says: /another `name`/,
    },
    {
      fault: 'two perturbations whose names differ in case alone',
      faulty: 'dataset: synthetic\npoison: {soft: test/noise, Soft: «test/noise»}\n',
      sound: 'dataset: synthetic\npoison: {soft: test/noise, hard: test/noise}\n',
    },
    {
      fault: 'a countermeasure with a perturbation’s name',
      faulty: `${MEASURED}poison: {soft: test/noise}\ncountermeasures: {Soft: «{use: blur}»}\n`,
      sound: `${MEASURED}poison: {soft: test/noise}\ncountermeasures: {blur: {use: blur}}\n`,
      says: /A perturbation is named "soft"/,
    },
  ],
  'reserved-name': [
    {
      fault: 'a model that is named as results name a stranger',
      faulty: MEASURED.replace('[face-recognition]', '[{use: face-recognition, name: «control»}]'),
      sound: MEASURED.replace('[face-recognition]', '[{use: face-recognition, name: controlled}]'),
    },
    {
      fault: 'a perturbation that is named as results name all of them',
      faulty: 'dataset: synthetic\npoison: {«all»: test/noise}\n',
      sound: 'dataset: synthetic\npoison: {every: test/noise}\n',
    },
  ],
  'unknown-model': [
    {
      fault: 'a threshold of no model',
      faulty: `${MEASURED}threshold: {model: «arcface»}\n`,
      sound: `${MEASURED}threshold: {model: face-recognition}\n`,
      says: /there are face-recognition/,
    },
    {
      fault: 'an engine of no model',
      faulty: `${MEASURED}retrieve: {use: test/engine, model: «arcface»}\n`,
      sound: `${MEASURED}retrieve: {use: test/engine, model: face-recognition}\n`,
    },
  ],
  'unknown-perturbation': [
    {
      fault: 'a visibility of no perturbation',
      faulty: 'dataset: synthetic\npoison: {cloak: test/noise, other: {use: test/noise, like: «cloack»}}\n',
      sound: 'dataset: synthetic\npoison: {cloak: test/noise, other: {use: test/noise, like: cloak}}\n',
      says: /did you mean "cloak"/,
    },
    {
      fault: 'the visibility of the perturbation itself',
      faulty: 'dataset: synthetic\npoison: {cloak: test/noise, other: {use: test/noise, like: «other»}}\n',
      sound: 'dataset: synthetic\npoison: {cloak: test/noise, other: {use: test/noise, like: cloak}}\n',
    },
  ],
  'likeness-circular': [
    {
      fault: 'perturbations that wait for one another',
      faulty:
        'dataset: synthetic\npoison: {a: {use: test/noise, like: b}, b: {use: test/noise, like: c}, c: {use: test/noise, like: «b»}}\n',
      sound:
        'dataset: synthetic\npoison: {a: {use: test/noise, like: b}, b: {use: test/noise, like: c}, c: {use: test/noise}}\n',
    },
  ],
  'env-not-set': [
    {
      fault: 'a variable that is not set',
      faulty: `dataset: {use: folder, root: «"\${env:NO_SUCH_FACES}/lfw"»}\n`,
      sound: `dataset: {use: folder, root: "\${workspaceFolder}"}\n`,
      says: /NO_SUCH_FACES/,
    },
  ],
  'path-missing': [
    {
      fault: 'a folder that is not there',
      faulty: 'dataset: {use: folder, root: «nowhere»}\n',
      sound: 'dataset: {use: folder, root: ../support}\n',
      says: /There is no folder .*nowhere/,
    },
    {
      fault: 'a file in place of a folder',
      faulty: 'dataset: {use: folder, root: «spec-text.ts»}\n',
      sound: 'dataset: {use: csv, file: ../fixtures/faces.csv, image: path}\n',
      says: /is not a folder/,
    },
    {
      fault: 'a model that is not there',
      faulty: MEASURED.replace('face-recognition', '{use: clip-vit-b-32, path: «spec-text.onnx»}'),
      sound: MEASURED.replace('face-recognition', '{use: clip-vit-b-32, path: spec-text.ts}'),
    },
    {
      fault: 'a gallery that is not there',
      faulty: `${SEARCHED}gallery: {use: csv, file: «../gallery.csv»}\n`,
      sound: `${SEARCHED}gallery: {use: csv, file: ../fixtures/faces.csv, image: path}\n`,
    },
  ],
  'files-unfit': [
    {
      fault: 'a folder without the images of CelebA',
      faulty: 'dataset: {use: celeba, root: «onnx», identities: ../fixtures/identities.txt}\n',
      sound: 'dataset: {use: celeba, root: onnx, images: onnx, identities: ../fixtures/identities.txt}\n',
      says: /no folder of images/,
    },
    {
      fault: 'an identity file of another kind',
      faulty: 'dataset: {use: celeba, root: ., images: ., identities: «spec-text.ts»}\n',
      sound: 'dataset: {use: csv, file: ../fixtures/faces.csv, image: path}\n',
      says: /expected "000001\.jpg 2880"/,
    },
    {
      fault: 'an empty folder',
      faulty: 'dataset: {use: folder, root: «../fixtures/empty»}\n',
      sound: 'dataset: {use: folder, root: ./onnx}\n',
      says: /is empty/,
    },
    {
      fault: 'a table without the column that is named',
      faulty: 'dataset: {use: csv, file: ../fixtures/faces.csv, image: «pth»}\n',
      sound: 'dataset: {use: csv, file: ../fixtures/faces.csv, image: path}\n',
      says: /did you mean "path".*It has path, identity/,
    },
    {
      fault: 'a table without the column that is the default',
      faulty: 'dataset: «{use: csv, file: ../fixtures/faces.csv}»\n',
      sound: 'dataset: {image: path, use: csv, file: ../fixtures/faces.csv}\n',
      says: /no column "image"/,
    },
    {
      fault: 'a table whose columns another character separates',
      faulty: 'dataset: «{use: csv, file: ../fixtures/semicolons.csv, image: path}»\n',
      sound: 'dataset: {use: csv, file: ../fixtures/semicolons.csv, image: path, delimiter: ;}\n',
      says: /separated by ;/,
    },
    {
      fault: 'a model’s file that is none',
      faulty: MEASURED.replace('face-recognition', '{use: onnx, file: «spec-text.ts»}'),
      sound: MEASURED,
    },
  ],
  'index-unfit': [
    {
      fault: 'an inner product of vectors of any length',
      faulty: `${MEASURED}index: {use: flat, metric: «ip»}\n`,
      sound: `${MEASURED.replace('face-recognition', '{use: clip-vit-b-32, path: spec-text.ts}')}index: {use: flat, metric: ip}\n`,
      says: /face-recognition.*metric: l2/,
    },
  ],
  'selection-unfit': [
    {
      fault: 'more queries than there are images',
      faulty: 'dataset: {use: synthetic, identities: 3, images: 2}\nqueries: {sample: «7»}\n',
      sound: 'dataset: {use: synthetic, identities: 3, images: 2}\nqueries: {sample: 6}\n',
      says: /6 images/,
    },
    {
      fault: 'more valid results than results',
      faulty: `${MEASURED}threshold:\nretrieve: {use: test/engine, results: 2}\n«robustness»: {minValid: 3}\n`,
      sound: `${MEASURED}threshold:\nretrieve: {use: test/engine, results: 3}\nrobustness: {minValid: 3}\n`,
    },
  ],
  'tracker-unfit': [
    {
      fault: 'a dynamic tracker with an engine elsewhere',
      faulty: `${MEASURED}threshold:\n# lookalike-disable remote-service\nretrieve: test/service\nrobustness: {trackers: [static, «dynamic»]}\n`,
      sound: `${MEASURED}threshold:\nretrieve: test/engine\nrobustness: {trackers: [static, dynamic]}\n`,
      says: /this machine/,
    },
  ],
  'weights-missing': [
    {
      fault: 'a model that was not fetched',
      faulty: MEASURED.replace('face-recognition', '«clip-vit-b-32»'),
      sound: MEASURED.replace('face-recognition', '{use: clip-vit-b-32, path: spec-text.ts}'),
      says: /lookalike models fetch clip-vit-b-32/,
    },
  ],
  'model-without-words': [
    {
      fault: 'a question for a model that takes no words',
      faulty:
        'dataset: synthetic\nembed: {models: [face-recognition]}\n«attributes»: {ask: {Glasses: [with, without]}}\n',
      sound: 'dataset: synthetic\nembed: {models: [test/model]}\nattributes: {ask: {Glasses: [with, without]}}\n',
      says: /no text encoder/,
    },
  ],
  'model-unlearned': [
    {
      fault: 'photographs for a model that knows drawn portraits alone',
      faulty: 'dataset: {use: folder, root: .}\nembed: {models: [«clip-portraits»]}\naccuracy:\n',
      sound: 'dataset: synthetic\nembed: {models: [clip-portraits]}\naccuracy:\n',
      says: /knows drawn portraits alone: what it says of `folder` means nothing/,
    },
    {
      fault: 'photographs in the gallery of such a model',
      faulty:
        'dataset: synthetic\ngallery: {use: folder, root: .}\nembed: {models: [«clip-portraits»]}\nretrieve: local\n',
      sound: 'dataset: synthetic\ngallery: synthetic\nembed: {models: [clip-portraits]}\nretrieve: local\n',
      says: /knows drawn portraits alone: what it says of `folder` means nothing/,
    },
    {
      fault: 'words that a model does not know',
      faulty:
        'dataset: synthetic\nembed: {models: [clip-portraits]}\nattributes: {ask: {«Dog»: [a man with a dog, a man without a dog]}}\n',
      sound:
        'dataset: synthetic\nembed: {models: [clip-portraits]}\nattributes: {ask: {Bald: [a bald man, a man with hair]}}\n',
      says: /does not know “dog”/,
    },
  ],
  'percentile-unlikely': [
    {
      fault: 'a share in the place of per cent',
      faulty: 'dataset: synthetic\nembed: {models: [face-recognition]}\nthreshold: {percentile: «0.95»}\n',
      sound: 'dataset: synthetic\nembed: {models: [face-recognition]}\nthreshold: {percentile: 95}\n',
      says: /did you mean 95/,
    },
  ],
  'single-images': [
    {
      fault: 'a percentile over identities with one image',
      faulty: MEASURED.replace('synthetic', '{use: synthetic, images: 1}').replace('accuracy', '«threshold»'),
      sound: MEASURED.replace('synthetic', '{use: synthetic, images: 2}').replace('accuracy', 'threshold'),
      says: /percentile/,
    },
    {
      fault: 'verification on identities with one image',
      faulty: `${PAIRED.replace('images: 2', 'images: 1')}«verification»: {fmr: [0.5]}\n`,
      sound: `${PAIRED}verification: {fmr: [0.5]}\n`,
      says: /no pair of images of one person/,
    },
    {
      fault: 'identification of identities with one image',
      faulty: `${PAIRED.replace('images: 2', 'images: 1')}«identification»: {fpir: [0.5]}\n`,
      sound: `${PAIRED}identification: {fpir: [0.5]}\n`,
      says: /leaves none of its person to search for/,
    },
    {
      fault: 'accuracy on identities with one image',
      faulty: MEASURED.replace('synthetic', '{use: synthetic, images: 1}').replace('accuracy', '«accuracy»'),
      sound: MEASURED.replace('synthetic', '{use: synthetic, images: 2}'),
    },
  ],
  'pairs-unfit': [
    {
      fault: 'a false match rate below one of the impostor pairs',
      faulty: `${PAIRED}verification: {fmr: [0.1, «0.001»]}\n`,
      sound: `${PAIRED}verification: {fmr: [0.1, 0.05]}\n`,
      says: /24 impostor pairs measure no false match rate below 0\.042: at 0\.001 not one may match/,
    },
    {
      fault: 'a false match rate below one of the pairs that are drawn',
      faulty: `${PAIRED}verification: {pairs: {sample: 9}, fmr: [«0.1»]}\n`,
      sound: `${PAIRED}verification: {pairs: {sample: 10}, fmr: [0.1]}\n`,
      says: /9 impostor pairs/,
    },
    {
      fault: 'a threshold at a false match rate that half of the people are too few for',
      faulty: `${PAIRED}threshold: {fmr: «0.01»}\n`,
      sound: `${PAIRED}threshold: {fmr: 0.25}\n`,
      says: /takes 100 impostor pairs .*: the 4 that there are at the most measure none below 0\.25/,
    },
    {
      fault: 'a threshold at a false match rate that those who are not queried are too few for',
      faulty: `${PAIRED}queries: {sample: 1}\nthreshold: {fmr: «0.05»}\n`,
      sound: `${PAIRED}queries: {sample: 1}\nthreshold: {fmr: 0.1}\n`,
      says: /the 12 that there are at the most/,
    },
    {
      fault: 'so many enrolled images that none is left to search for',
      faulty: `${PAIRED}identification: {enrol: «2», fpir: [0.5]}\n`,
      sound: `${PAIRED}identification: {enrol: 1, fpir: [0.5]}\n`,
      says: /have 2 images: 2 that are enrolled leave none/,
    },
    {
      fault: 'a share of unknown people that leaves nobody to enrol',
      faulty: `${PAIRED}identification: {unknown: «0.9», fpir: [0.5]}\n`,
      sound: `${PAIRED}identification: {unknown: 0.8, fpir: [0.5]}\n`,
      says: /90\.0 % of 4 identities are all: nobody is enrolled/,
    },
    {
      fault: 'a share of unknown people that is nobody',
      faulty: `${PAIRED}identification: {unknown: «0.1», fpir: [0.5]}\n`,
      sound: `${PAIRED}identification: {unknown: 0, fpir: [0.5]}\n`,
      says: /are none: nobody is unknown/,
    },
    {
      fault: 'a false positive identification rate below one of the unknown probes',
      faulty: `${PAIRED}identification: {fpir: [0.5, «0.1»]}\n`,
      sound: `${PAIRED}identification: {fpir: [0.5, 0.25]}\n`,
      says: /4 unknown probes measure no false positive identification rate below 0\.25: at 0\.1 not one may match/,
    },
    {
      fault: 'pairs of two people where there is one',
      faulty: `${PAIRED.replace('identities: 4', 'identities: 1')}«verification»: {fmr: [0.1]}\n`,
      sound: `${PAIRED}verification: {fmr: [0.1]}\n`,
      says: /There is one identity/,
    },
  ],
  'remote-service': [
    {
      fault: 'a service elsewhere',
      faulty: `${MEASURED}retrieve: {use: «test/service»}\n`,
      sound: `${MEASURED}retrieve: {use: test/engine}\n`,
      says: /leave this machine/,
    },
  ],
  'expect-syntax': [
    {
      fault: 'an expectation in words',
      faulty: 'dataset: synthetic\nexpect:\n  - «many images»\n',
      sound: 'dataset: synthetic\nexpect:\n  - images.total >= 200\n',
      says: /accuracy\.face-recognition\.top1 >= 85%/,
    },
  ],
  'expect-unknown-metric': [
    {
      fault: 'a part that results do not have',
      faulty: `${MEASURED}expect: [«acuracy.face-recognition.top1 > 1%»]\n`,
      sound: `${MEASURED}expect: [accuracy.face-recognition.top1 > 1%]\n`,
      says: /did you mean "accuracy"/,
    },
    {
      fault: 'a part whose section is not there',
      faulty: `${MEASURED}expect: [«threshold.median < 0.4»]\n`,
      sound: `${MEASURED}threshold:\nexpect: [threshold.median < 0.4]\n`,
    },
    {
      fault: 'a model that the file does not embed with',
      faulty: `${MEASURED}expect: [«accuracy.face-recogniton.top1 > 1%»]\n`,
      sound: `${MEASURED}expect: [accuracy.face-recognition.dim == 128]\n`,
      says: /did you mean "face-recognition"/,
    },
    {
      fault: 'a model that it leaves unsaid',
      faulty: `${MEASURED}expect: [«accuracy >= 85%»]\n`,
      sound: `${MEASURED}expect: [accuracy.face-recognition.top5 >= 85%]\n`,
      says: /accuracy\.face-recognition/,
    },
    {
      fault: 'a perturbation that the file does not have',
      faulty: `${MEASURED}poison: {fawkes: test/noise}\nexpect: [«poison.fawks.top1 < 15%»]\n`,
      sound: `${MEASURED}poison: {fawkes: test/noise}\nexpect: [poison.fawkes.top1 < 15%]\n`,
      says: /did you mean "fawkes"/,
    },
    {
      fault: 'a version that no query has',
      faulty: `${ROBUST}expect: [«robustness.withValid.control < 50%», «retrieve.returned.lowkey.mean > 1»]\n`,
      sound: `${ROBUST}expect: [robustness.withValid.fawkes < 50%, retrieve.returned.original.mean > 1, robustness.all.rate < 1]\n`,
    },
    {
      fault: 'a figure that is misspelt, or left unsaid',
      faulty: `${ROBUST}expect: [«threshold.medain < 0.4», «poison.fawkes < 1», «robustness.eligible.rate > 1»]\n`,
      sound: `${ROBUST}expect: [threshold.median < 0.4, poison.fawkes.meanShift < 1, robustness.eligible > 1]\n`,
    },
    {
      fault: 'a depth that is not measured',
      faulty: `${MEASURED}expect: [«accuracy.face-recognition.top10 > 1%»]\n`,
      sound: `${MEASURED.replace('accuracy:', 'accuracy: {top: [10]}')}expect: [accuracy.face-recognition.top10 > 1%]\n`,
      says: /1, 5/,
    },
  ],
  'expect-unfit': [
    {
      fault: 'a share that is compared with a number of per cent without their sign, or with more than all',
      faulty: `${MEASURED}expect: [«accuracy.face-recognition.top1 >= 85», «accuracy.face-recognition.top5 >= 850%»]\n`,
      sound: `${MEASURED}expect: [accuracy.face-recognition.top1 >= 85%, accuracy.face-recognition.top5 >= 0.85]\n`,
      says: /a share between 0 % and 100 %/,
    },
    {
      fault: 'a count or a distance in per cent',
      faulty: `${ROBUST}expect: [«images.noFace <= 10%», «threshold.median < 40 %»]\n`,
      sound: `${ROBUST}expect: [images.noFace <= 10, threshold.median < 40]\n`,
      says: /not written in per cent/,
    },
  ],
  'stage-needs': [
    {
      fault: 'accuracy without embeddings',
      faulty: 'dataset: synthetic\n«accuracy»: {top: [1]}\n',
      sound: MEASURED,
      says: /"embed"/,
    },
    {
      fault: 'robustness without a threshold',
      faulty: `${SEARCHED}«robustness»:\n`,
      sound: `${SEARCHED}robustness:\nthreshold:\n`,
      says: /"threshold"/,
    },
    {
      fault: 'a stage that --set adds without what it needs',
      faulty: '«dataset: synthetic»\n',
      sound: MEASURED,
      set: ['accuracy.top=[1]', 'accuracy.top=[1]'],
    },
  ],
  'unused-key': [
    {
      fault: 'people to protect where queries are perturbed',
      faulty: `${MEASURED}poison:\n  mine: {use: test/noise, «users»: 5, «split»: 0.5}\n`,
      sound: `${MEASURED}poison:\n  mine: {use: test/noise, target: gallery, users: 5, split: 0.5}\n`,
      says: /target: gallery/,
    },
    {
      fault: 'a countermeasure of galleries where queries alone are perturbed',
      faulty: `${MEASURED}poison: {mine: test/noise}\ncountermeasures: {soft: {use: blur, «target»: gallery}}\n`,
      sound: `${MEASURED}poison: {mine: test/noise}\ncountermeasures: {soft: {use: blur, target: query}}\n`,
    },
  ],
  'unused-section': [
    {
      fault: 'a gallery in which nothing is searched',
      faulty: `${MEASURED}«gallery»: synthetic\n`,
      sound: `${SEARCHED}gallery: synthetic\n`,
      says: /retrieve/,
    },
    {
      fault: 'an index that nothing searches',
      faulty: `${MEASURED.replace('accuracy:', 'threshold:')}«index»: flat\n`,
      sound: `${MEASURED}index: flat\n`,
    },
  ],
  'axis-unfit': [
    {
      fault: 'an axis that is no path',
      faulty: `${MEASURED}matrix: {«queries..seed»: [1, 2]}`,
      sound: `${MEASURED}matrix: {queries.seed: [1, 2]}`,
      says: /no path of a key.*in quotes/,
    },
    {
      fault: 'an axis that is there twice, written otherwise',
      faulty: `${MEASURED}matrix: {queries.seed: [1, 2], «'queries."seed"'»: [3, 4]}`,
      sound: `${MEASURED}matrix: {queries.seed: [1, 2], queries.sample: [3, 4]}`,
      says: /the axis "queries\.seed" once more/,
    },
    {
      fault: 'two paths of one model',
      faulty: `${MEASURED}matrix:\n  embed.models.face-recognition.detector: [ssd]\n  «embed.models.0.detector»: [tiny]\n`,
      sound: `${MEASURED}matrix:\n  embed.models.face-recognition.detector: [ssd, tiny]\n`,
      says: /once more/,
    },
    {
      fault: 'an axis within another one',
      faulty: `${MEASURED}matrix:\n  queries: [{sample: 5}]\n  «queries.seed»: [1, 2]\n`,
      sound: `${MEASURED}matrix:\n  queries: [{sample: 5}, {sample: 6}]\n`,
      says: /"queries\.seed" lies within the axis "queries"/,
    },
    {
      fault: 'a value that is there twice',
      faulty: `${MEASURED}matrix: {queries.seed: [1, 2, «1»]}`,
      sound: `${MEASURED}matrix: {queries.seed: [1, 2, 3]}`,
      says: /The value 1 is there twice/,
    },
    {
      fault: 'an axis on the matrix itself',
      faulty: `${MEASURED}matrix: {«matrix.exclude»: [1]}`,
      sound: `${MEASURED}matrix: {queries.seed: [1]}`,
    },
    {
      fault: 'an axis that nothing reads',
      faulty: `${MEASURED}x-seeds: 5\nmatrix: {«x-seeds»: [1]}`,
      sound: `${MEASURED}x-seeds: &seeds [1, 2]\nmatrix: {queries.seed: *seeds}`,
    },
    {
      fault: 'an axis that leads through a list to nothing',
      faulty: `${MEASURED}matrix: {«accuracy.top.5.x»: [1]}`,
      sound: `${MEASURED}matrix: {accuracy.top.0: [1, 2]}`,
      says: /leads nowhere/,
    },
    {
      fault: 'what is included within an axis',
      faulty: `${MEASURED}matrix:\n  queries.seed: [1, 2]\n  include: [{«queries»: {sample: 5}}]\n`,
      sound: `${MEASURED}matrix:\n  queries.seed: [1, 2]\n  include: [{queries.sample: 5}]\n`,
    },
  ],
  'matrix-empty': [
    {
      fault: 'an exclusion of every variant',
      faulty: `${MEASURED}matrix: {queries.seed: [1, 2], «exclude»: [{queries.seed: 1}, {queries.seed: 2}]}`,
      sound: `${MEASURED}matrix: {queries.seed: [1, 2], exclude: [{queries.seed: 1}]}`,
    },
  ],
  'matrix-too-large': [
    {
      fault: 'an axis of ten thousand values',
      faulty: `${MEASURED}matrix: {queries.sample: [1, 2], «queries.seed»: [${numbers(10_000)}]}`,
      sound: `${MEASURED}matrix: {queries.sample: [1, 2], queries.seed: [${numbers(100)}]}`,
      says: /10000 values; .* 256 at the most/,
    },
    {
      fault: 'axes that are too long together',
      faulty: `${MEASURED}«matrix»: {queries.sample: [${numbers(20)}], queries.seed: [${numbers(20)}]}`,
      sound: `${MEASURED}matrix: {queries.sample: [${numbers(8)}], queries.seed: [${numbers(8)}]}`,
      says: /400 variants/,
    },
  ],
  'matrix-vain': [
    { fault: 'a matrix of nothing', faulty: `${MEASURED}«matrix»:\n`, sound: `${MEASURED}matrix: {queries.seed: [1]}` },
    {
      fault: 'an exclusion of what is excluded already',
      faulty: `${MEASURED}matrix: {queries.seed: [1, 2], exclude: [{queries.seed: 2}, «{queries.seed: 2}»]}`,
      sound: `${MEASURED}matrix: {queries.seed: [1, 2], exclude: [{queries.seed: 2}]}`,
    },
    {
      fault: 'an inclusion of what is there',
      faulty: `${MEASURED}matrix: {queries.seed: [1, 2], include: [«{queries.seed: 2}»]}`,
      sound: `${MEASURED}matrix: {queries.seed: [1, 2], include: [{queries.seed: 3}]}`,
    },
  ],
  'disable-unknown': [
    {
      fault: 'a comment that disables a code there is not',
      faulty: '# lookalike-disable «path-mising», path-missing\ndataset: {use: folder, root: nowhere}\n',
      sound: '# lookalike-disable path-missing\ndataset: {use: folder, root: nowhere}\n',
      says: /did you mean "path-missing"/,
    },
  ],
  'disable-unused': [
    {
      fault: 'a comment that disables what is in order',
      faulty: '# lookalike-disable «path-missing»\ndataset: {use: folder, root: .}\n',
      sound: 'dataset: {use: folder, root: .}\n',
    },
    {
      fault: 'a comment two lines above',
      faulty: `# lookalike-disable «unused-section»\n\n${MEASURED}`,
      sound: `${MEASURED}# lookalike-disable unused-section\ngallery: synthetic\n`,
    },
  ],
  'set-invalid': [
    {
      fault: 'a --set without a value',
      faulty: '«dataset: synthetic»\n',
      sound: 'dataset: synthetic\n',
      set: ['queries.sample', 'queries.sample=5'],
      says: /key\.path=value/,
    },
    {
      fault: 'a --set of a model that is not there',
      faulty: `«${MEASURED.trimEnd()}»\n`,
      sound: MEASURED,
      set: ['embed.models.arcface.mirror=true', 'embed.models.face-recognition.mirror=true'],
    },
  ],
};
