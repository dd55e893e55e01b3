import { activation } from './activation.js';
import { contributions } from './contributions.js';
import { languageFeatures } from './language-features.js';

/** Each declares a suite, once mocha's words are there to do so. */
export const suites: readonly (() => void)[] = [activation, contributions, languageFeatures];
