/** Recipes that come with the program. */
import { z } from 'zod';
import { RECIPE_KINDS } from '../tasks.ts';

const count = z.int().min(0);

export const presetSchema = z.object({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  hardware: z.string(),
  expected: z.array(z.object({ hardware: z.string(), images: count, hours: z.number() })),
  /** The recipe of this name for every task, with all settings. */
  recipes: z.record(z.enum(RECIPE_KINDS), z.record(z.string(), z.unknown())),
});
export type Preset = z.infer<typeof presetSchema>;
