/** Names that package.json declares. */
export const LANGUAGE = 'lookalike-experiment';
export const RUNS_VIEW = 'lookalike.runs';
export const RESULTS_PANEL = 'lookalike.results';
export const SEARCH_PANEL = 'lookalike.search';
export const RUNS_PANEL = 'lookalike.runsTable';
export const TASK = 'lookalike';

/** Experiment files of a workspace. */
export const EXPERIMENTS = '**/*.experiment.{yaml,yml}';
/** Thousands of folders, none of which has an experiment of the user's. */
export const PRIVATE = '**/.lookalike/**';
