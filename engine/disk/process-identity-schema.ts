/** Apart from what it checks, since each thread that writes files names its process, without zod. */
import { z } from 'zod';
import type { ProcessIdentity } from './process-identity.ts';

export const processIdentitySchema = z.object({
  pid: z.int().positive(),
  hostname: z.string(),
  processStart: z.string().optional(),
  bootId: z.string().optional(),
  pidNamespace: z.string().optional(),
  machine: z.string().optional(),
}) satisfies z.ZodType<ProcessIdentity>;
