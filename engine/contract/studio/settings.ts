/** The settings of the application. */
import { z } from 'zod';
import { RUN_SORTS } from './run-table.ts';

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Preferred device; `auto` selects the fastest that passes its self-test. */
  device: z.string().min(1).max(100).default('auto'),
  /** Most processor cores for training; all when null. */
  threads: z.int().min(1).max(4096).nullable().default(null),
  /** Whether to notify when a run ends. */
  notify: z.boolean().default(true),
  /** Whether to keep the machine awake during training. */
  stayAwake: z.boolean().default(true),
  /** Columns of the table of runs; the usual ones when null. */
  runColumns: z.array(z.enum(RUN_SORTS)).nullable().default(null).catch(null),
});
export type AppSettings = z.infer<typeof settingsSchema>;
