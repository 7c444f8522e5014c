/** Segmentation of new images. */
import type { DensePrediction } from '../dense-prediction.ts';
import type { ModelWithSegmenter } from '../labelled-task.ts';
import { denseClasses } from '../shared/dense-classes.ts';
import { openWindowPredictor } from './open-window-predictor.ts';
import { predictClasses } from './predict-classes.ts';

export const segmentPrediction: DensePrediction<ModelWithSegmenter> = {
  kind: 'map',
  classes: ({ segmenter }) => denseClasses(segmenter),
  hasMasks: () => true,
  async open(model, on) {
    const { predictor, dispose } = await openWindowPredictor(model, on);
    return {
      async *predict(images, onLeftOut) {
        const found = predictClasses(images, predictor, ({ path }, reason) =>
          onLeftOut({ path, reason }),
        );
        for await (const { image, predicted } of found) yield { path: image.path, ...predicted };
      },
      dispose,
    };
  },
};
