/** Presets that users save in the workspace. */
import { z } from 'zod';
import { nameSchema } from '../jobs/values.ts';
import { RECIPE_KINDS } from '../tasks.ts';
import { errorSchema } from './jobs.ts';

const settings = z.record(z.string(), z.unknown());
const named = { kind: z.enum(RECIPE_KINDS), name: z.string() };

export const ownPresetSchema = z.object({
  ...named,
  /** The built-in preset that it changes, and how. */
  basis: z.string(),
  changes: settings,
  recipe: settings,
});
export type OwnPreset = Readonly<z.infer<typeof ownPresetSchema>>;

/** A file that this version cannot use as a preset. */
export const damagedPresetSchema = z.object({ ...named, error: errorSchema });

export const ownPresetsSchema = z.object({
  presets: z.array(ownPresetSchema),
  damaged: z.array(damagedPresetSchema),
});
export type OwnPresets = z.infer<typeof ownPresetsSchema>;

export const presetNameSchema = z.strictObject({ kind: z.enum(RECIPE_KINDS), name: nameSchema });
