/** The settings of the application. */
import { z } from 'zod';

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
});
export type AppSettings = z.infer<typeof settingsSchema>;
