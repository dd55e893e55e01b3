import * as z from 'zod';

/** What a variant of a matrix has at the paths of its axes, and of what `include` adds. */
export const variantSchema = z.record(z.string(), z.unknown());

/** What a run belongs to that is one of a sweep's. */
export const sweptProperties = {
  /** The sweep's id. */
  sweep: z.string().optional(),
  variant: variantSchema.optional(),
};
