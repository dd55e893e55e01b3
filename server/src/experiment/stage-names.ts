/** Every stage that an experiment may have, by its key in the file, in the order in which they run. */
export const STAGES = [
  'dataset',
  'embed',
  'index',
  'accuracy',
  'attributes',
  'threshold',
  'poison',
  'retrieve',
  'robustness',
] as const;
export type StageName = (typeof STAGES)[number];
