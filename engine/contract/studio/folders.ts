/** A folder of the machine, to choose images from. */
import { z } from 'zod';

export const folderListingSchema = z.object({
  path: z.string(),
  parent: z.string().optional(),
  entries: z.array(
    z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'file']) }),
  ),
  /** Whether there are more entries. */
  cut: z.boolean().optional(),
  pictures: z.array(z.string()).optional(),
});
export type FolderListing = z.infer<typeof folderListingSchema>;
