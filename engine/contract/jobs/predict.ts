import { CHECKPOINT, DEVICE } from './common-fields.ts';
import { flag, needed, repeated } from './fields.ts';
import { defineJob } from './job.ts';
import { path, REFERENCE } from './values.ts';

export const predictJob = defineJob(
  'predict',
  {
    model: needed(
      REFERENCE,
      'RUN|DIR|FILE',
      'A fine-tuning run, a folder of weights, a weights file, or an exported ONNX file.',
    ),
    checkpoint: CHECKPOINT,
    data: repeated(
      path('The images'),
      'DIR|FILE',
      'Folders of images, images, or lists of them (.csv, .txt). May be repeated.',
    ),
    watch: flag('Classify new images as they come into the folders, until Ctrl-C.'),
    device: DEVICE,
  },
  {
    hasWorkspace: true,
    hasResults: true,
    resultsFile: 'predictions.csv',
    waitsForFiles: ({ watch }) => watch === true,
    title: ({ model, data, watch }, base) =>
      `${watch ? 'Watch' : 'Predict'} ${data.map(base).join(', ')} with ${base(model)}`,
  },
);
