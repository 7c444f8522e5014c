import { PRECISIONS } from '../precision.ts';
import { DEVICE } from './common-fields.ts';
import { optional } from './fields.ts';
import { defineJob } from './job.ts';
import { choice } from './values.ts';

export const selftestJob = defineJob(
  'selftest',
  {
    device: {
      ...DEVICE,
      value: 'DEVICE|all',
      help: 'auto (default), cpu, …, or all that can be used here; see: conmim devices',
    },
    precision: optional(
      choice(PRECISIONS),
      PRECISIONS.join('|'),
      'Number format of products (default float32); limits are wider in the narrow ones.',
    ),
  },
  { hasWorkspace: false, title: ({ device }) => `Self-test on ${device}` },
);
