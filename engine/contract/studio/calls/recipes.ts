/** Calls about recipes: those that come with the program, and presets of the workspace. */
import { z } from 'zod';
import { nameSchema } from '../../jobs/values.ts';
import { ownPresetSchema, ownPresetsSchema, presetNameSchema } from '../own-presets.ts';
import { presetSchema } from '../presets.ts';
import { type CallTable, done, nothing } from './fields.ts';

export const recipeApi = {
  'recipes.list': { input: nothing, output: z.array(presetSchema) },
  'presets.list': { input: nothing, output: ownPresetsSchema },
  /** Saves the text of a recipe file under a name. */
  'presets.save': {
    changes: true,
    input: presetNameSchema.extend({ text: z.string().max(60_000), replace: z.boolean() }),
    output: ownPresetSchema,
  },
  'presets.rename': {
    changes: true,
    input: presetNameSchema.extend({ to: nameSchema }),
    output: z.object({ name: z.string() }),
  },
  'presets.delete': { changes: true, input: presetNameSchema, output: done },
} as const satisfies CallTable;
