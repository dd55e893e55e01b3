/** Keys of the stages, in the order in which they run; apart from their declarations, which take time to load. */
export const STAGE_NAMES = [
  'dataset',
  'embed',
  'index',
  'accuracy',
  'verification',
  'identification',
  'attributes',
  'threshold',
  'poison',
  'countermeasures',
  'transfer',
  'retrieve',
  'robustness',
] as const;

export type StageName = (typeof STAGE_NAMES)[number];
