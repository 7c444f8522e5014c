/** The settings of the application. */
import { z } from 'zod';
import { RUN_SORTS } from './run-table.ts';

const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  /** Preferred device; `auto` selects the fastest that passes its self-test. */
  device: z.string().min(1).max(100),
  /** Most processor cores for training; all when null. */
  threads: z.int().min(1).max(4096).nullable(),
  /** Whether to notify when a run ends. */
  notify: z.boolean(),
  /** Whether to keep the machine awake during training. */
  stayAwake: z.boolean(),
  /** Columns of the table of runs; the usual ones when null. */
  runColumns: z.array(z.enum(RUN_SORTS)).nullable(),
};

export const settingsSchema = z.object({
  theme: fields.theme.default('system'),
  device: fields.device.default('auto'),
  threads: fields.threads.default(null),
  notify: fields.notify.default(true),
  stayAwake: fields.stayAwake.default(true),
  runColumns: fields.runColumns.default(null).catch(null),
});
export type AppSettings = z.infer<typeof settingsSchema>;

/** Changes of settings. It has no defaults, so that parsing adds no setting that is not named. */
export const settingsChangeSchema = z.object(fields).partial();
