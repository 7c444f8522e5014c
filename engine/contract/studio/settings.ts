/** What a user sets once, for all of the application. */
import { z } from 'zod';

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Preferred device; `auto` takes the fastest that passes its self-test. */
  device: z.string().default('auto'),
  /** Tell when a run ends. */
  notify: z.boolean().default(true),
  /** Keep the machine awake while training. */
  stayAwake: z.boolean().default(true),
});
export type AppSettings = z.infer<typeof settingsSchema>;
