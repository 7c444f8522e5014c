/** The loss of the images of one pass over all depths, and what the device needs to go on from it. */
import { boxIou } from '../../geometry/box.ts';
import type { GridSize } from '../../nn/feature-map.ts';
import { boxAt, edgesOf, predictedBox } from './box-loss.ts';
import {
  type DepthPredictions,
  depthLoss,
  type LearntObjects,
  type LossRules,
} from './object-loss.ts';
import type { PointDraws } from './sample-points.ts';

type Numbers = Float32Array | Float64Array;

/** Predictions of all depths for the images of a pass. */
export interface PassPredictions {
  /** [depths, B, Q, classes + 1] */
  readonly classes: Numbers;
  /** [depths, B, Q, 4] logits */
  readonly boxes: Numbers;
  /** [depths, B, cells, Q] */
  readonly masks: Numbers | undefined;
}

export interface PassRules extends LossRules {
  readonly depths: number;
  /** Whether boxes are learnt at the first depth. */
  readonly firstHasBoxes: boolean;
  /** Of predicted masks; undefined without masks. */
  readonly grid: GridSize | undefined;
  /** @param image position in the pass */
  draws(image: number, depth: number): PointDraws;
}

export interface PassLoss {
  readonly loss: number;
  /** Sum of the intersections over union of the pairs at the last depth. */
  readonly ious: number;
  readonly feeds: {
    readonly classSlopes: Float32Array;
    readonly boxSlopes: Float32Array;
    readonly maskSlopes?: Float32Array;
    readonly constantPart: Float32Array;
  };
}

export function passLoss(
  predicted: PassPredictions,
  objects: readonly LearntObjects[],
  rules: PassRules,
): PassLoss {
  const { depths, grid } = rules;
  const B = objects.length;
  const slopes = {
    classes: new Float32Array(predicted.classes.length),
    boxes: new Float32Array(predicted.boxes.length),
    masks: predicted.masks && new Float32Array(predicted.masks.length),
  };
  let [loss, ious] = [0, 0];
  for (let depth = 0; depth < depths; depth++) {
    const hasBoxes = depth > 0 || rules.firstHasBoxes;
    for (let image = 0; image < B; image++) {
      const part = <T extends Numbers>(all: T): T => {
        const length = all.length / (depths * B);
        const first = (depth * B + image) * length;
        return all.subarray(first, first + length) as T;
      };
      const own: DepthPredictions = {
        classes: part(predicted.classes),
        boxes: hasBoxes ? part(predicted.boxes) : undefined,
        masks: predicted.masks && grid && { ...grid, values: part(predicted.masks) },
      };
      const found = depthLoss(own, objects[image]!, rules, rules.draws(image, depth), {
        classes: part(slopes.classes),
        boxes: hasBoxes ? part(slopes.boxes) : undefined,
        masks: slopes.masks && part(slopes.masks),
      });
      loss += found.loss;
      if (depth < depths - 1) continue;
      for (const { query, object } of found.pairs) {
        const box = edgesOf(predictedBox(part(predicted.boxes), query));
        ious += boxIou(box, edgesOf(boxAt(objects[image]!.boxes, object)));
      }
    }
  }
  const linear =
    along(predicted.classes, slopes.classes) +
    along(predicted.boxes, slopes.boxes) +
    (predicted.masks && slopes.masks ? along(predicted.masks, slopes.masks) : 0);
  return {
    loss,
    ious,
    feeds: {
      classSlopes: slopes.classes,
      boxSlopes: slopes.boxes,
      ...(slopes.masks && { maskSlopes: slopes.masks }),
      // The loss on the device is linear in the predictions; this makes it the one computed here.
      constantPart: Float32Array.of(loss - linear),
    },
  };
}

function along(values: Numbers, slopes: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < slopes.length; i++) if (slopes[i] !== 0) sum += slopes[i]! * values[i]!;
  return sum;
}
