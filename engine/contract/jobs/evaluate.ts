import { CHECKPOINT, DEVICE, SEPARATOR, TASK } from './common-fields.ts';
import { needed } from './fields.ts';
import { defineJob } from './job.ts';
import { path, REFERENCE } from './values.ts';

export const evaluate = defineJob(
  'evaluate',
  {
    model: needed(
      REFERENCE,
      'RUN|DIR|FILE',
      'A fine-tuning run, a folder of weights, or a weights file.',
    ),
    checkpoint: CHECKPOINT,
    task: TASK,
    data: needed(path('The images'), 'DIR|CSV', 'Labelled images to evaluate on.'),
    labelSeparator: SEPARATOR,
    device: DEVICE,
  },
  {
    hasWorkspace: true,
    hasResults: true,
    evaluates: true,
    title: ({ model, data }, base) => `Evaluate ${base(model)} on ${base(data)}`,
  },
);
