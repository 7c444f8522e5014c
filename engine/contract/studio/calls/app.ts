/** Calls about the application itself, its settings, and folders of the machine. */
import { z } from 'zod';
import { appInfoSchema } from '../app-info.ts';
import { folderListingSchema } from '../folders.ts';
import { settingsChangeSchema, settingsSchema } from '../settings.ts';
import { type CallTable, nothing } from './fields.ts';

export const appApi = {
  'app.info': { input: nothing, output: appInfoSchema },
  'settings.read': { input: nothing, output: settingsSchema },
  'settings.write': { changes: true, input: settingsChangeSchema, output: settingsSchema },
  'folders.list': {
    input: z.strictObject({ path: z.string().max(4096).optional() }),
    output: folderListingSchema,
  },
} as const satisfies CallTable;
