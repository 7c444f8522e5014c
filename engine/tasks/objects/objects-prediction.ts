/** Objects in new images. */
import { defined } from '../../contract/defined.ts';
import { hasArea } from '../../predictions/prediction.ts';
import type { DensePrediction } from '../dense-prediction.ts';
import type { ModelWithDetector } from '../labelled-task.ts';
import { denseClasses } from '../shared/dense-classes.ts';
import { SURE } from './evaluate-objects.ts';
import { openModelPredictor } from './object-predictor.ts';
import { predictObjects } from './predict-objects.ts';

export const objectsPrediction: DensePrediction<ModelWithDetector> = {
  kind: 'objects',
  threshold: SURE,
  classes: ({ detector }) => denseClasses(detector),
  // An ONNX file names its task alone.
  hasMasks: ({ detector }) =>
    'masks' in detector ? detector.masks : detector.task === 'instances',
  async open(model, { threshold, ...on }) {
    const { predictor, dispose } = await openModelPredictor(model, on);
    return {
      async *predict(images, onLeftOut) {
        const found = predictObjects(images, predictor, ({ path }, reason) =>
          onLeftOut({ path, reason }),
        );
        for await (const { image, size, objects } of found)
          yield {
            path: image.path,
            ...size,
            objects: objects
              .filter((one) => one.score >= threshold && hasArea(one))
              .map(({ class: label, box, score, mask }) => ({
                label,
                box,
                score,
                ...defined({ mask }),
              })),
          };
      },
      dispose,
    };
  },
};
