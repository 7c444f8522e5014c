/** What a user sets once, for all of the application. */
import { z } from 'zod';

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Preferred device; `auto` takes the fastest that passes its self-test. */
  device: z.string().min(1).max(100).default('auto'),
  /** Processor cores that training may take at most; all when null. */
  threads: z.int().min(1).max(4096).nullable().default(null),
  /** Tell when a run ends. */
  notify: z.boolean().default(true),
  /** Keep the machine awake while training. */
  stayAwake: z.boolean().default(true),
});
export type AppSettings = z.infer<typeof settingsSchema>;
