import * as z from 'zod';
import { problemSchema } from '../../problem.js';
import { faceMapSchema, MAP_METHODS } from './face-map.js';
import { MOST_IN_MATRIX, peopleSchema, similaritiesSchema } from './people.js';

const of = { folder: z.string().describe('A run’s folder'), model: z.string() };

/** What a process is asked to work out from the embeddings that a run's private folder keeps. */
export const exploreRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('people'), ...of }),
  z.object({ type: z.literal('similarities'), ...of, identities: z.array(z.string()).min(1).max(MOST_IN_MATRIX) }),
  z.object({ type: z.literal('map'), ...of, method: z.enum(MAP_METHODS) }),
]);
export type ExploreRequest = z.infer<typeof exploreRequestSchema>;

export const exploreEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), what: z.string(), done: z.number(), total: z.number() }),
  z.object({ type: z.literal('people'), people: peopleSchema }),
  z.object({ type: z.literal('similarities'), similarities: similaritiesSchema }),
  z.object({ type: z.literal('map'), map: faceMapSchema }),
  z.object({ type: z.literal('refused'), problem: problemSchema }),
]);
export type ExploreEvent = z.infer<typeof exploreEventSchema>;
