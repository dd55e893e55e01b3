import * as z from 'zod';
import { problemSchema } from '../../problem.js';

const place = z.object({
  line: z.int().positive(),
  column: z.int().positive().describe('In UTF-16 units, from 1'),
});

/** What `lookalike check --json` prints. */
export const checkDocumentSchema = z.object({
  files: z.array(
    z.object({
      file: z.string().describe('Absolute path; `-` is standard input'),
      problem: problemSchema.optional().describe('Why the file could not be read, or what is put right not be written'),
      fixed: z
        .array(z.object({ code: z.string(), title: z.string(), line: z.int().positive() }))
        .describe('What --fix has done, in its order; a line is that of the text as it was then'),
      diagnostics: z.array(
        z.object({
          code: z.string(),
          severity: z.enum(['error', 'warning', 'info']),
          message: z.string(),
          hint: z.string().optional(),
          path: z.array(z.union([z.string(), z.number()])).describe('Into the experiment'),
          start: place,
          end: place,
        }),
      ),
    }),
  ),
  errors: z.int().nonnegative().describe('Files that cannot be read count as one each'),
  warnings: z.int().nonnegative(),
});
export type CheckDocument = z.infer<typeof checkDocumentSchema>;
