/** Batches for fine-tuning: one augmented view of every image, and its label. */
import { StudioError } from '../contract/errors.ts';
import { RandomStream } from '../random/philox.ts';
import type { ErasingOptions } from './augment/erase.ts';
import type { LabelledViewOptions } from './augment/labelled-view.ts';
import {
  BatchLoader,
  type BatchLoaderOptions,
  type LoaderSettings,
  type ReplacedImage,
} from './batch-loader.ts';
import { LabelledSampler } from './labelled/labelled-sampler.ts';
import type { CropPlan, LabelledPlan, RenderSource } from './render.ts';

export interface LabelledImageLoaderOptions extends CropPlan, LabelledViewOptions, LoaderSettings {
  readonly set: { readonly samples: readonly LabelledSource[] };
  /** each image as often, or each class as often */
  readonly sampling: 'uniform' | 'balanced';
  readonly randomErasing?: ErasingOptions | undefined;
}

/** An image and its class's number. */
export interface LabelledSource extends RenderSource {
  readonly label: number;
}

export interface LabelledImageBatch {
  /** over the whole run, from 0 */
  readonly step: number;
  readonly epoch: number;
  /** positions in the set; one may occur several times */
  readonly sampleIds: Uint32Array;
  /** [B] */
  readonly labels: Int32Array;
  /** [B, 3, H, W], normalised; valid until the next batch is asked for, and may be changed */
  readonly images: Float32Array;
  /** time that `next` waited, ms */
  readonly waitMs: number;
  readonly replaced: readonly ReplacedImage[];
  release(): void;
}

const SUBSTITUTE_ATTEMPTS = 20;

/** @throws StudioError `no-images` for an empty set */
export function createLabelledLoader(options: LabelledImageLoaderOptions): LabelledImageLoader {
  return new LabelledImageLoader(options);
}

export class LabelledImageLoader {
  readonly stepsPerEpoch: number;
  readonly #loader: BatchLoader;
  readonly #labels: Int32Array;

  constructor(options: LabelledImageLoaderOptions) {
    const { samples } = options.set;
    if (samples.length === 0)
      throw new StudioError('no-images', 'There is no labelled image to learn from', {
        advice: 'Give a folder or list with labelled images.',
      });
    const { batchSize, seed, sampling } = options;
    const labels = samples.map(({ label }) => label);
    const plan = planOf(options);
    this.#labels = Int32Array.from(labels);
    this.#loader = new BatchLoader({
      ...options,
      samples,
      plan,
      sampler: new LabelledSampler({ labels, batchSize, seed, sampling }),
      substitutes: substitutesIn(labels, seed),
    });
    this.stepsPerEpoch = this.#loader.stepsPerEpoch;
  }

  /** The next batch. @throws StudioError `too-many-broken-images`, `data-worker-died` */
  async next(): Promise<LabelledImageBatch> {
    const { step, epoch, sampleIds, shownIds, views, waitMs, replaced } = await this.#loader.next();
    const labels = Int32Array.from(shownIds, (id) => this.#labels[id]!);
    const images = views[0]!;
    return { step, epoch, sampleIds, labels, images, waitMs, replaced, release() {} };
  }

  close(): Promise<void> {
    return this.#loader.close();
  }
}

/** The part of the options that a worker needs, as plain data. */
function planOf(options: LabelledImageLoaderOptions): LabelledPlan {
  const { imageSize, seed, crop, flip, mean, std, colorJitter, randAugment, randomErasing } =
    options;
  const view = { imageSize, seed, crop, flip, mean, std };
  return { kind: 'labelled', ...view, colorJitter, randAugment, randomErasing };
}

/** For a broken image others of its class; any, with its own label, when none of them can be read. */
function substitutesIn(labels: readonly number[], seed: number): BatchLoaderOptions['substitutes'] {
  return function* ({ epoch, sampleId }) {
    const random = new RandomStream(seed, 'substitute', epoch, sampleId);
    const others = labels.flatMap((label, i) =>
      label === labels[sampleId] && i !== sampleId ? [i] : [],
    );
    if (others.length > 0)
      for (let i = 0; i < SUBSTITUTE_ATTEMPTS; i++) yield others[random.integer(others.length)]!;
    for (let i = 0; i < SUBSTITUTE_ATTEMPTS; i++) yield random.integer(labels.length);
  };
}
