/** Calls about the devices of this machine. */
import { z } from 'zod';
import { PRECISIONS } from '../../precision.ts';
import { deviceCheckSchema } from '../device-check.ts';
import { deviceChoiceSchema, deviceSchema } from '../devices.ts';
import { type CallTable, count, nothing } from './fields.ts';

export const deviceApi = {
  'devices.list': {
    input: nothing,
    output: z.object({
      devices: z.array(deviceSchema),
      /** Known checks of this machine's devices. */
      checks: z.array(deviceCheckSchema),
      chosen: deviceChoiceSchema.optional(),
      /** What `auto` takes for the other precisions in which a device computes. */
      chosenFor: z.partialRecord(z.enum(PRECISIONS), deviceChoiceSchema),
      machine: z.object({
        cpu: z.string(),
        cores: count,
        memoryBytes: count,
        freeDiskBytes: count,
        /** The MPI library that starts several ranks here; left out where there is none. */
        mpi: z.string().optional(),
      }),
    }),
  },
} as const satisfies CallTable;
