import { DEVICE } from './common-fields.ts';
import { defineJob } from './job.ts';

export const selftestJob = defineJob(
  'selftest',
  {
    device: {
      ...DEVICE,
      value: 'DEVICE|all',
      help: 'auto (default), cpu, …, or all that can be used here; see: conmim devices',
    },
  },
  { hasWorkspace: false, title: ({ device }) => `Self-test on ${device}` },
);
