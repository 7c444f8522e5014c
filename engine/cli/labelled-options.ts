/** What commands share that take a trained network and labelled images. */

import path from 'node:path';
import { defined } from '../contract/defined.ts';
import {
  type DenseFolders,
  type DenseLabels,
  denseLabelsOf,
  validationFoldersOf,
} from '../contract/dense-labels.ts';
import type { StudioError } from '../contract/errors.ts';
import type { OptionRule } from '../contract/jobs/fields.ts';
import type { RequestOf } from '../contract/jobs/register.ts';
import { usageError } from '../contract/usage-error.ts';
import type { ModelReference } from '../models/open-model.ts';
import type { LabelledSpec } from '../runs/labelled-spec.ts';
import type { Host } from './host.ts';

export const DATA_HELP =
  'Labelled images: a folder with a folder for each class, a .csv with the columns path and label, or a list file with “path label” lines.';

/** Of commands that take labels in images, too. */
export const TASK_DATA_HELP = `${DATA_HELP} With --task segment images with masks, with detect images with boxes, with instances images with outlines; conmim labels reads such a set.`;

export const CSV_OPTION = {
  'keep-formulas': {
    help: 'Write texts that spreadsheets take for formulas (= + - @ …) into CSV as they are, without an apostrophe before them.',
  },
} as const satisfies Record<string, OptionRule>;

const VAL_FRACTION = 0.1;

type LabelledRequest = Pick<
  RequestOf<'finetune' | 'compare' | 'partial'>,
  | 'train'
  | 'val'
  | 'valFraction'
  | 'valImages'
  | 'valMasks'
  | 'labelSeparator'
  | 'splitSeed'
  | 'leaveOutLeaks'
> &
  DenseLabels;

/** The images that a request learns from and judges on; relative paths start from the current folder. */
export function labelledSpec(
  request: LabelledRequest,
  host: Host,
): Omit<LabelledSpec, 'fraction' | 'fractionSeed' | 'pretrainedOn'> {
  const { train, val, valFraction, labelSeparator, splitSeed = 0, leaveOutLeaks = false } = request;
  if (val !== undefined && valFraction !== undefined)
    throw usageError('--val and --val-fraction exclude each other.');
  const place = (given: string) => path.resolve(host.cwd, given);
  const dense = denseLabelsOf(request, place);
  const denseVal = validationFoldersOf(request, place);
  if (val === undefined && denseVal !== undefined) throw withoutValidationSet(denseVal);
  return {
    train: path.resolve(host.cwd, train),
    val: val === undefined ? null : path.resolve(host.cwd, val),
    valFraction: valFraction ?? VAL_FRACTION,
    ...(labelSeparator === undefined ? {} : { labelSeparator }),
    ...defined({ dense, denseVal }),
    splitSeed,
    leaveOutLeaks,
  };
}

function withoutValidationSet({ masks }: DenseFolders): StudioError {
  return usageError(`--${masks === undefined ? 'val-images' : 'val-masks'} needs --val.`);
}

export function modelReference(
  reference: string,
  { network, checkpoint }: Pick<RequestOf<'knn'>, 'network' | 'checkpoint'>,
): ModelReference {
  return { reference, ...defined({ network, step: checkpoint }) };
}
