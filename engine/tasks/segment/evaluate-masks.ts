/** Scores of predicted classes against masks, image by image. */

import { isStudioError } from '../../contract/errors.ts';
import { type LeftOut, reasonOf, refuseLeftOut } from '../../data/sources/unreadable.ts';
import type { DenseImage, DenseSet } from '../../data/targets/dense-types.ts';
import { type ClassMap, IGNORED } from '../../data/targets/masks/mask-values.ts';
import { readClassMap } from '../../data/targets/read-class-map.ts';
import {
  SegmentationCounter,
  type SegmentationCounts,
} from '../../evaluation/segmentation/counts.ts';
import { PictureSample } from '../shared/evaluation-pictures.ts';
import type { EvaluationPictures } from '../task.ts';
import { predictClasses, type WindowPredictor } from './predict-classes.ts';

export interface EvaluatedMasks {
  readonly counts: SegmentationCounts;
  /** Mean cross-entropy over all labelled pixels, nats; null where none is labelled. */
  readonly loss: number | null;
  /** Of the images that were evaluated, in order. */
  readonly paths: readonly string[];
  /** Of a few images, where they were asked for. */
  readonly pictures?: EvaluationPictures;
  readonly leftOut: readonly (LeftOut & { readonly position: number })[];
}

export interface EvaluatingOptions {
  /** Whether boundaries are evaluated as well, which takes time. */
  readonly boundaries: boolean;
  /** Whether a few images are drawn with truth and prediction. */
  readonly pictures?: boolean;
  /** Largest share of images that may be left out. */
  readonly maxBroken: number;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

/** @throws StudioError `too-many-broken-images` */
export async function evaluateMasks(
  set: DenseSet,
  predictor: WindowPredictor,
  { boundaries, pictures = false, maxBroken, onProgress }: EvaluatingOptions,
): Promise<EvaluatedMasks> {
  const { images, classes } = set;
  const counter = new SegmentationCounter(classes.length, { ignore: IGNORED, boundaries });
  const sample = pictures ? new PictureSample(set) : undefined;
  const paths: string[] = [];
  const sums = { loss: 0, pixels: 0 };
  const leftOut: (LeftOut & { position: number })[] = [];
  const leaveOut = ({ path }: DenseImage, reason: string, position: number) => {
    leftOut.push({ position, path, reason });
    const counts = { seen: paths.length + leftOut.length, all: images.length, most: maxBroken };
    refuseLeftOut(leftOut, 'images or their masks cannot be read any more', counts);
  };
  onProgress?.({ done: 0, total: images.length });
  for await (const { image, position, predicted, loss } of predictClasses(
    images,
    predictor,
    leaveOut,
  )) {
    try {
      const truth = await readClassMap(set, image);
      counter.add(truth, predicted);
      sums.loss += loss(truth);
      sums.pixels += labelledPixels(truth);
      paths.push(image.path);
      await sample?.add(image, { map: truth }, { map: predicted });
    } catch (error) {
      if (!isStudioError(error, 'mask-unreadable') && !isStudioError(error, 'evaluation-invalid'))
        throw error;
      leaveOut(image, reasonOf(error), position);
    }
    onProgress?.({ done: paths.length + leftOut.length, total: images.length });
  }
  const loss = sums.pixels === 0 ? null : sums.loss / sums.pixels;
  const shown = sample?.pictures;
  return { counts: counter.finish(), loss, paths, leftOut, ...(shown && { pictures: shown }) };
}

function labelledPixels({ classes }: ClassMap): number {
  let count = 0;
  for (const label of classes) if (label !== IGNORED) count++;
  return count;
}
