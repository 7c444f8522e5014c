/** Images prepared for the evaluation of a trained network. */

import { countOf } from '../../contract/number-text.ts';
import { EvalSet } from '../../data/loader/eval-set.ts';
import { type LazyList, positionsWhere } from '../../data/sources/lazy-list.ts';
import { loadEvalImages } from '../../data/views/eval-images.ts';
import { imagesOfModel } from '../../models/model.ts';
import type { OnnxClassifier } from '../../models/onnx-model.ts';

export function modelImages<S extends { readonly path: string }>(
  model: Pick<OnnxClassifier, 'vit' | 'valueRange' | 'mean' | 'std'>,
  samples: LazyList<S>,
): EvalSet<S> {
  const options = imagesOfModel(model);
  return new EvalSet(samples, (some, onBroken) => loadEvalImages(some, options, onBroken));
}

/** A whole set may be evaluated, with a warning about images that were used for training. */
export function trainingImageNotes(samples: LazyList<{ readonly split?: string }>): string[] {
  const learnt = positionsWhere(samples.length, (i) => samples.at(i)!.split === 'train').length;
  return learnt === 0
    ? []
    : [
        `Of the ${countOf(samples.length, 'image')} evaluated, ${learnt} are marked as training set (train).`,
      ];
}
