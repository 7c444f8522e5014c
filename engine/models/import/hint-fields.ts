/** Types of hints about a network, and fields that several sources share. */

import { z } from 'zod';
import type { ClassLabel } from '../../contract/class-labels.ts';
import { parseJson } from '../../contract/parse-json.ts';
import { MOST_CHANNELS } from '../../contract/settings/setting.ts';
import { statedRangeSchema } from '../../contract/settings/stated-range-schema.ts';
import type { Pooling } from '../../nn/classifier.ts';
import type { SegmentationHead } from '../../nn/segmenter.ts';
import type { Detector, Model, ModelAbout } from '../model.ts';
import type { ImageHints } from './image-hints.ts';

export interface Hints extends Partial<ImageHints> {
  /** pixels, height and width */
  readonly imageSize?: readonly [number, number];
  readonly valueRange?: Model['valueRange'];
  readonly embedDim?: number;
  readonly heads?: number;
  readonly mlpRatio?: number;
  readonly layerScale?: number;
  readonly pooling?: Pooling;
  /** An unsupported pooling, in words. */
  readonly otherPooling?: string;
  /** The number of classes where the configuration does not name them. */
  readonly classCount?: number;
  /** Whether the network has no position embeddings or tables. */
  readonly withoutPositions?: boolean;
  /** The kind of network in a configuration of transformers or timm. */
  readonly kind?: string;
  readonly classes?: readonly string[];
  /** The task of the head; left out for classification. */
  readonly task?: string;
  /** The queries of a network that finds objects. */
  readonly detection?: Pick<Detector, 'queries' | 'queryBlocks' | 'masks'>;
  /** The head of a network that gives each pixel a class. */
  readonly segmentation?: SegmentationHead;
  readonly classLabels?: readonly ClassLabel[];
  /** Probability from which a label is predicted, where an image may have several. */
  readonly threshold?: number;
  readonly origin?: string;
  readonly about?: ModelAbout;
}

export const positive = z.number().positive();
export const size = z.int().positive();
/** Height and width, or one number for both. */
export const sides = z
  .union([size, z.tuple([size, size])])
  .transform((value): [number, number] => (typeof value === 'number' ? [value, value] : value));

export const channels = perChannel(z.number());
export const deviations = perChannel(positive);
/** Which values of files became 0 and 1. */
export const valueRange = z.union([
  z.literal('type'),
  statedRangeSchema,
  z
    .array(z.tuple([z.number(), z.number()]))
    .min(1)
    .max(MOST_CHANNELS),
]);

function perChannel(schema: z.ZodNumber) {
  return z.array(schema).min(1).max(MOST_CHANNELS);
}
/** A probability in metadata, which are texts. */
export const threshold = z.coerce.number().gt(0).lt(1);

/** A text with JSON of a schema, which may not allow undefined. */
export function json<T extends z.ZodType>(schema: T) {
  return z.string().transform(parseJson).pipe(schema);
}
