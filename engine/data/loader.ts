/** Batches for pre-training: two views of every image. */
import { RandomStream } from '../random/philox.ts';
import type { TeacherOptions } from './augment/views.ts';
import { BatchLoader, type LoaderSettings, type ReplacedImage } from './batch-loader.ts';
import type { DatasetIndex } from './index-types.ts';
import type { CropPlan, PairPlan } from './render.ts';
import { Sampler } from './sampler.ts';

export interface PretrainLoaderOptions extends CropPlan, LoaderSettings {
  readonly index: Pick<DatasetIndex, 'samples'>;
  readonly teacher: TeacherOptions;
}

export interface PretrainImages {
  /** over the whole run, from 0 */
  readonly step: number;
  readonly epoch: number;
  readonly sampleIds: Uint32Array;
  /** plain view, [B, 3, H, W], normalised; valid until the next batch is asked for */
  readonly student: Float32Array;
  /** perturbed view of the same crops */
  readonly teacher: Float32Array;
  /** time that `next` waited, ms */
  readonly waitMs: number;
  readonly replaced: readonly ReplacedImage[];
  release(): void;
}

const SUBSTITUTE_ATTEMPTS = 20;

/** @throws StudioError `too-few-images` */
export function createPretrainLoader(options: PretrainLoaderOptions): PretrainLoader {
  return new PretrainLoader(options);
}

/** How the two views of an image are drawn. */
export function pairPlan({
  imageSize,
  seed,
  crop,
  flip,
  mean,
  std,
  teacher,
}: Omit<PairPlan, 'kind'>): PairPlan {
  return { kind: 'pair', imageSize, seed, crop, flip, mean, std, teacher };
}

export class PretrainLoader {
  readonly stepsPerEpoch: number;
  readonly #loader: BatchLoader;

  constructor(options: PretrainLoaderOptions) {
    const { samples } = options.index;
    const { batchSize, seed } = options;
    this.#loader = new BatchLoader({
      ...options,
      samples,
      plan: pairPlan(options),
      sampler: new Sampler({ count: samples.length, batchSize, seed }),
      *substitutes({ epoch, sampleId }) {
        const random = new RandomStream(seed, 'substitute', epoch, sampleId);
        for (let i = 0; i < SUBSTITUTE_ATTEMPTS; i++) yield random.integer(samples.length);
      },
    });
    this.stepsPerEpoch = this.#loader.stepsPerEpoch;
  }

  /** The next batch. @throws StudioError `too-many-broken-images`, `data-worker-died` */
  async next(): Promise<PretrainImages> {
    const { step, epoch, sampleIds, views, waitMs, replaced } = await this.#loader.next();
    const [student, teacher] = [views[0]!, views[1]!];
    return { step, epoch, sampleIds, student, teacher, waitMs, replaced, release() {} };
  }

  close(): Promise<void> {
    return this.#loader.close();
  }
}
