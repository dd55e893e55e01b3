import * as z from 'zod';
import { PAPER_FONTS, PAPER_THEMES, PAPER_WIDTH_WORDS, paperSize } from './paper-figure.js';

/** What was chosen of all figures that are saved together. */
export const paperChoiceSchema = z.object({
  theme: z.enum(PAPER_THEMES).default('light'),
  width: z
    .string()
    .refine((width) => paperSize(width) !== undefined, `It must be ${PAPER_WIDTH_WORDS}`)
    .default('2col'),
  font: z.enum(PAPER_FONTS).default('sans serif'),
});
export type PaperChoice = z.output<typeof paperChoiceSchema>;
