import { defineJob } from './job.ts';

/** Check all devices that `auto` chooses among. */
export const devicesJob = defineJob(
  'devices',
  {},
  { hasWorkspace: false, words: ['--check'], title: () => 'Check of the devices' },
);
