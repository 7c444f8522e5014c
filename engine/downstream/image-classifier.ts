/** A trained network applied to a stream of images: rows of predictions, batch by batch. */

import { StudioError } from '../contract/errors.ts';
import type { PredictionRow } from '../contract/predictions-text.ts';
import type { GivenImage } from '../data/given/given-image.ts';
import { oneAhead, readableBatches } from '../data/given/readable-batches.ts';
import type { LeftOut } from '../data/sources/unreadable.ts';
import { loadEvalImages } from '../data/views/eval-images.ts';
import type { ClassScores } from '../evaluation/class-scores.ts';
import type { Predictor } from '../evaluation/predictor.ts';
import { imagesOfModel } from '../models/model.ts';
import { imageElements } from '../nn/image-shape.ts';
import type { ComputedOn } from '../tasks/dense-prediction.ts';
import type { Classifier } from '../tasks/labelled-task.ts';
import type { ReadPrediction } from '../tasks/prediction.ts';
import { openClassifierPredictor } from '../tasks/shared/classifier-predictor.ts';

export class ImageClassifier {
  readonly #model: Classifier;
  readonly #read: ReadPrediction;
  readonly #on: ComputedOn;
  #predictor: Predictor | undefined;

  constructor(model: Classifier, read: ReadPrediction, on: ComputedOn) {
    this.#model = model;
    this.#read = read;
    this.#on = on;
  }

  /**
   * The images that can be decoded, in order.
   *
   * @throws StudioError `weights-mismatch`, `device-unavailable`, `evaluation-not-finite`
   */
  async *rows(
    images: AsyncIterable<GivenImage>,
    batchSize: number,
    onLeftOut: (image: LeftOut) => void,
  ): AsyncGenerator<PredictionRow[]> {
    const predictor = await this.open(batchSize);
    const options = imagesOfModel(this.#model);
    const batches = readableBatches(images, {
      batchSize,
      imageElements: imageElements(options),
      load: (some, onBroken) => loadEvalImages(some, options, onBroken),
      onLeftOut,
    });
    for await (const { paths, data } of oneAhead(batches))
      yield this.#rowsOf(paths, await predictor.predict(data));
  }

  async dispose(): Promise<void> {
    await this.#predictor?.dispose();
    this.#predictor = undefined;
  }

  /**
   * Compile the network for batches of this size; left out, `rows` does it.
   *
   * @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable`,
   *   `precision-unavailable`
   */
  async open(batchSize: number): Promise<Predictor> {
    if (this.#predictor?.batchSize === batchSize) return this.#predictor;
    await this.dispose();
    const options = { batchSize, ...this.#on };
    this.#predictor = await openClassifierPredictor(this.#model, options);
    return this.#predictor;
  }

  #rowsOf(paths: readonly string[], logits: ArrayLike<number>): PredictionRow[] {
    const classes = this.#model.head.classes.length;
    const data = Float32Array.from(logits).subarray(0, paths.length * classes);
    const bad = data.findIndex((logit) => !Number.isFinite(logit));
    if (bad >= 0) throw notFinite(paths[Math.floor(bad / classes)]!);
    const scores: ClassScores = { kind: 'logits', data, count: paths.length, classes };
    return paths.map((path, i) => ({ path, ...this.#read(scores, i) }));
  }
}

function notFinite(path: string): StudioError {
  return new StudioError(
    'evaluation-not-finite',
    `The classifier gives numbers that are not finite for ${path}.`,
    { advice: 'Its weights may be broken: take an earlier checkpoint, or train it again.' },
  );
}
