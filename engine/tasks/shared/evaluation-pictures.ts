/** Pictures of a few validation images in an evaluation, with truth and prediction. */
import { isBackground } from '../../contract/class-labels.ts';
import { isAboutImage } from '../../data/sources/unreadable.ts';
import { classColour, colourText } from '../../data/targets/class-colours.ts';
import type { DenseClass, DenseImage, DenseSet } from '../../data/targets/dense-types.ts';
import type { Drawn } from '../../data/targets/overlay.ts';
import { drawSample, type SampleView } from '../../data/targets/sample-picture.ts';
import type { EvaluationPictures } from '../task.ts';

/** Images that are shown of each evaluation. */
const SHOWN = 4;

/** Draws the same images, spread evenly over the set, in every evaluation. */
export class PictureSample {
  readonly #classes: readonly DenseClass[];
  /** paths */
  readonly #chosen: ReadonlySet<string>;
  readonly #images: EvaluationPictures['images'][number][] = [];

  constructor({ images, classes }: Pick<DenseSet, 'images' | 'classes'>) {
    this.#classes = classes;
    const shown = Math.min(SHOWN, images.length);
    this.#chosen = new Set(
      Array.from(
        { length: shown },
        (_, i) => images.at(Math.floor(((i + 0.5) * images.length) / shown))!.path,
      ),
    );
  }

  /** Draw the image if it is one of those that are shown. */
  async add(image: DenseImage, truth: Drawn, prediction: SampleView): Promise<void> {
    if (!this.#chosen.has(image.path)) return;
    const views = { Image: undefined, Truth: truth, Prediction: prediction };
    try {
      const drawn = await drawSample(image, views, this.#classes);
      this.#images.push({ path: image.path, views: drawn });
    } catch (error) {
      // It was evaluated, and is gone by now: the next evaluation leaves it out and says so.
      if (!isAboutImage(error)) throw error;
    }
  }

  get pictures(): EvaluationPictures {
    return {
      legend: this.#classes.flatMap((one, label) =>
        isBackground(one) ? [] : [{ name: one.name, colour: colourText(classColour(one, label)) }],
      ),
      images: this.#images,
    };
  }
}
