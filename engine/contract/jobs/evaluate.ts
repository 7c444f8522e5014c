import { DENSE_LABELS } from '../dense-labels.ts';
import { SPLITS } from '../splits.ts';
import { CHECKPOINT, DEVICE, inPrecision, PRECISION, SEPARATOR, TASK } from './common-fields.ts';
import { needed, optional } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, path, REFERENCE, share } from './values.ts';

export const evaluateJob = defineJob(
  'evaluate',
  {
    model: needed(
      REFERENCE,
      'RUN|DIR|FILE',
      'A fine-tuning run, a folder of weights, a weights file, or an exported ONNX file.',
    ),
    checkpoint: CHECKPOINT,
    task: TASK,
    data: needed(path('The images'), 'DIR|CSV', 'Validation set.'),
    split: optional(
      choice(SPLITS),
      SPLITS.join('|'),
      'Only the images that the data set marks as this split (default: all images).',
    ),
    labelSeparator: SEPARATOR,
    ...DENSE_LABELS,
    threshold: optional(
      share({ below: true }),
      'P',
      'Probability from which an image is given a label, where it may have several (default as its recipe says).',
    ),
    device: DEVICE,
    precision: PRECISION,
  },
  {
    hasWorkspace: true,
    hasResults: true,
    evaluates: true,
    title: ({ model, data, precision }, base) =>
      `Evaluate ${base(model)} on ${base(data)}${inPrecision(precision)}`,
  },
);
