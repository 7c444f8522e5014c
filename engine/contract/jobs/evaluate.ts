import { CHECKPOINT, DEVICE } from './common-fields.ts';
import { option } from './fields.ts';
import { defineJob } from './job.ts';
import { path, REFERENCE } from './values.ts';

export const evaluate = defineJob(
  'evaluate',
  {
    model: option(REFERENCE, {
      value: 'RUN|DIR|FILE',
      help: 'A fine-tuning run, a folder of weights, or a weights file.',
    }),
    checkpoint: CHECKPOINT,
    data: option(path('The images'), {
      value: 'DIR|CSV',
      help: 'Labelled images to evaluate on.',
    }),
    device: DEVICE,
  },
  {
    hasWorkspace: true,
    hasResults: true,
    title: ({ model, data }, base) => `Evaluate ${base(model)} on ${base(data)}`,
  },
);
