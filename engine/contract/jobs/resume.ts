import { PRECISIONS } from '../precision.ts';
import { DEVICES, RANKS } from './common-fields.ts';
import { flag, optional, positional } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, REFERENCE, WORD } from './values.ts';

export const resumeJob = defineJob(
  'resume',
  {
    device: optional(WORD, 'DEVICE', 'Another device than the run was on.'),
    precision: optional(
      choice(PRECISIONS),
      PRECISIONS.join('|'),
      'Another precision than the run had.',
    ),
    devices: DEVICES,
    ranks: RANKS,
    acceptChangedData: flag('Resume although the images have changed.'),
    run: positional(REFERENCE, 'RUN'),
  },
  {
    hasWorkspace: true,
    hasRun: true,
    trains: true,
    title: ({ run }, base) => `Resume ${base(run)}`,
    resumedRun: ({ run }) => run,
  },
);
