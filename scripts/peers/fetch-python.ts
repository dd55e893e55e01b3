import { makeEnvironment, PYTHON_FOLDER, PYTHON_PEERS } from './python.js';

/* npm run fetch:python: makes the environment of Python's peers in the cache folder, or brings it up to the pinned versions. */

makeEnvironment(PYTHON_FOLDER, PYTHON_PEERS);
console.log(PYTHON_FOLDER);
