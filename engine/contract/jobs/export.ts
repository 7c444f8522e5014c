import { CHECKPOINT, NETWORK } from './common-fields.ts';
import { needed, optional, positional } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, path, REFERENCE } from './values.ts';

export const EXPORT_FORMATS = ['safetensors', 'timm', 'hf', 'onnx', 'continuation'] as const;

export const exportJob = defineJob(
  'export',
  {
    format: needed(
      choice(EXPORT_FORMATS),
      EXPORT_FORMATS.join('|'),
      'Format: weights, timm, transformers, ONNX, continuation package.',
    ),
    network: optional(NETWORK, 'teacher|student', 'Which one of a pre-training (default teacher).'),
    checkpoint: {
      ...CHECKPOINT,
      help: 'Which checkpoint (default the newest; the best of a classifier).',
    },
    /** A file for safetensors and onnx, a folder for the others. */
    out: needed(path(), 'PATH', 'Where to write: a file or a folder, by format.'),
    model: positional(REFERENCE, 'RUN|DIR|FILE'),
  },
  {
    hasWorkspace: true,
    isFileJob: true,
    title: ({ model, format }, base) => `Export ${base(model)} as ${format}`,
  },
);
