/** Files of results: tables, figures and reports of jobs and runs, and exports. */
import { z } from 'zod';

const fileSchema = z.object({
  /** Absolute. */
  path: z.string(),
  bytes: z.int().min(0),
});
export type ResultFile = z.infer<typeof fileSchema>;

export const resultFilesSchema = z.object({
  /** Their folder; left out where there is none yet. */
  folder: z.string().optional(),
  /** By name. */
  files: z.array(fileSchema),
  /** Folders beside them, such as the one of masks, with the number of files in each; by name. */
  folders: z.array(z.object({ name: z.string(), files: z.int().min(0) })).optional(),
  /** Exports of the network of the run that are still there, newest first. */
  exports: z.array(fileSchema.extend({ format: z.string() })),
});
export type ResultFiles = z.infer<typeof resultFilesSchema>;
