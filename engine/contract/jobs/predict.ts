import { DENSE_PREDICTION_FORMATS, isPredictionFile } from '../predictions-text.ts';
import { CHECKPOINT, DEVICE, inPrecision, PRECISION } from './common-fields.ts';
import { flag, needed, optional, repeated } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, path, REFERENCE, share } from './values.ts';

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
    watch: flag('Predict on new images as they come into the folders, until Ctrl-C.'),
    format: optional(
      choice(DENSE_PREDICTION_FORMATS),
      DENSE_PREDICTION_FORMATS.join('|'),
      'Form of the predictions; by default by the ending of --out, else csv for classifiers and on stdout, masks for networks with masks, coco for detectors of boxes. Classifiers take csv and json.',
    ),
    threshold: optional(
      share({ below: true }),
      'P',
      'Objects: smallest score of those that are kept (default 0.5).',
    ),
    out: optional(
      path(),
      'FILE|DIR',
      'Where to write: a file for csv and json (default: stdout), a folder for other formats.',
    ),
    resume: flag('Continue predictions that were interrupted: images in --out are not repeated.'),
    device: DEVICE,
    precision: PRECISION,
  },
  {
    hasWorkspace: true,
    hasResults: true,
    resultsFile: ({ format = 'csv' }) =>
      isPredictionFile(format) ? `predictions.${format}` : undefined,
    waitsForFiles: ({ watch }) => watch === true,
    title: ({ model, data, watch, precision }, base) =>
      `${watch ? 'Watch' : 'Predict'} ${data.map(base).join(', ')} with ${base(model)}${inPrecision(precision)}`,
  },
);
