/** The application: its version, its host and where it works. */
import { z } from 'zod';

export const appInfoSchema = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'server']),
  platform: z.string(),
  workspace: z.string(),
  /** Folders that this surface is confined to; no limit when empty. */
  roots: z.array(z.string()),
  /** Whether this process runs the queue; with several surfaces, only one does. */
  runsQueue: z.boolean(),
});
export type AppInfo = z.infer<typeof appInfoSchema>;
