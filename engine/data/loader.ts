/**
 * Batches for pre-training, in an order, with crops and colours that depend on (seed, epoch, sample
 * id) alone: any number of workers gives the same bytes, and a start in the middle continues exactly.
 */
import { StudioError } from '../contract/errors.ts';
import { RandomStream } from '../random/philox.ts';
import { normalisationTables, writeNormalised } from './augment/normalise.ts';
import type { DatasetIndex } from './index-types.ts';
import type { RenderOptions } from './render.ts';
import { createRenderPool, type RenderItem, type RenderPool, type Slot } from './render-pool.ts';
import { Sampler } from './sampler.ts';

export interface PretrainLoaderOptions extends RenderOptions {
  readonly index: Pick<DatasetIndex, 'samples'>;
  readonly batchSize: number;
  /** of each channel, on the scale from 0 to 1 */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** worker threads; 0 renders in this thread */
  readonly workers: number;
  readonly startStep: number;
  /** largest share of broken images among those seen */
  readonly maxBrokenFraction?: number;
  /** batches prepared ahead */
  readonly prefetch?: number;
}

export interface ReplacedImage {
  readonly path: string;
  readonly reason: string;
  readonly substitute: string;
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

const BROKEN_SHARE = 0.1;
/** Before this many images were seen, a few broken ones say nothing. */
const SEEN_BEFORE_JUDGING = 20;
const SUBSTITUTE_ATTEMPTS = 20;

interface PreparedBatch {
  readonly step: number;
  readonly sampleIds: Uint32Array;
  readonly slot: Slot;
  readonly replaced: ReplacedImage[];
}

export function createPretrainLoader(options: PretrainLoaderOptions): PretrainLoader {
  return new PretrainLoader(options);
}

export class PretrainLoader {
  readonly broken: { readonly path: string; readonly reason: string }[] = [];
  readonly stepsPerEpoch: number;
  readonly #options: PretrainLoaderOptions;
  readonly #sampler: Sampler;
  readonly #pool: RenderPool;
  readonly #free: Slot[];
  readonly #queue: Promise<PreparedBatch>[] = [];
  // What leaves the loader is ordinary memory (ONNX Runtime refuses shared memory), and a slot is free
  // again at once.
  readonly #tables: readonly Float32Array[];
  readonly #student: Float32Array;
  readonly #teacher: Float32Array;
  #nextStep: number;
  #seen = 0;

  /** @throws StudioError `too-few-images` */
  constructor(options: PretrainLoaderOptions) {
    this.#options = options;
    const { index, batchSize, seed, startStep, prefetch = 2 } = options;
    this.#sampler = new Sampler({ count: index.samples.length, batchSize, seed });
    this.stepsPerEpoch = this.#sampler.stepsPerEpoch;
    this.#nextStep = startStep;
    const [height, width] = options.imageSize;
    const elements = batchSize * 3 * height * width;
    this.#tables = normalisationTables(options.mean, options.std);
    this.#student = new Float32Array(elements);
    this.#teacher = new Float32Array(elements);
    const { workers, ...rest } = options;
    this.#pool = createRenderPool(renderOptions(rest), workers);
    const slots = workers === 0 ? 1 : Math.max(1, prefetch);
    this.#free = Array.from({ length: slots }, (_, id) => this.#pool.createSlot(id, elements));
    if (workers > 0) this.#prepareAhead();
  }

  /** The next batch. @throws StudioError `too-many-broken-images`, `data-worker-died` */
  async next(): Promise<PretrainImages> {
    const started = performance.now();
    this.#prepareAhead();
    const prepared = await this.#queue.shift()!;
    const { step, sampleIds, slot, replaced } = prepared;
    this.#normalise(slot.student, this.#student);
    this.#normalise(slot.teacher, this.#teacher);
    this.#free.push(slot);
    if (this.#options.workers > 0) this.#prepareAhead();
    this.#judge(sampleIds.length, replaced);
    return {
      step,
      epoch: this.#sampler.epochOf(step),
      sampleIds,
      student: this.#student,
      teacher: this.#teacher,
      waitMs: performance.now() - started,
      replaced,
      release() {},
    };
  }

  close(): Promise<void> {
    for (const batch of this.#queue) batch.catch(() => {});
    return this.#pool.close();
  }

  /** @param from [B, H, W, 3] @param to [B, 3, H, W] */
  #normalise(from: Uint8Array, to: Float32Array): void {
    const [height, width] = this.#options.imageSize;
    const size = 3 * height * width;
    for (let start = 0; start < from.length; start += size) {
      const data = from.subarray(start, start + size);
      writeNormalised({ width, height, data }, this.#tables, to.subarray(start, start + size));
    }
  }

  #prepareAhead(): void {
    for (let slot = this.#free.pop(); slot; slot = this.#free.pop()) {
      const batch = this.#prepare(this.#nextStep++, slot);
      batch.catch(() => {}); // reported by `next`
      this.#queue.push(batch);
    }
  }

  async #prepare(step: number, slot: Slot): Promise<PreparedBatch> {
    const { samples } = this.#options.index;
    const epoch = this.#sampler.epochOf(step);
    const sampleIds = this.#sampler.batch(step);
    const items = [...sampleIds].map(
      (sampleId, position): RenderItem => ({
        position,
        epoch,
        sampleId,
        source: sourceOf(samples[sampleId]!),
      }),
    );
    const replaced: ReplacedImage[] = [];
    for (const failure of await this.#pool.render(slot, items))
      replaced.push(await this.#substitute(slot, items[failure.position]!, failure.reason));
    return { step, sampleIds, slot, replaced };
  }

  /** Fill the place of a broken image with another one, always the same for the same ids. */
  async #substitute(slot: Slot, item: RenderItem, reason: string): Promise<ReplacedImage> {
    const { samples } = this.#options.index;
    const { seed } = this.#options;
    const random = new RandomStream(seed, 'substitute', item.epoch, item.sampleId);
    for (let attempt = 0; attempt < SUBSTITUTE_ATTEMPTS; attempt++) {
      const source = sourceOf(samples[random.integer(samples.length)]!);
      const failures = await this.#pool.render(slot, [{ ...item, source }]);
      if (failures.length === 0) return { path: item.source.path, reason, substitute: source.path };
    }
    throw this.#tooManyBroken(`${SUBSTITUTE_ATTEMPTS} images in a row cannot be decoded`);
  }

  #judge(seen: number, replaced: readonly ReplacedImage[]): void {
    this.#seen += seen;
    this.broken.push(...replaced.map(({ path, reason }) => ({ path, reason })));
    const most = this.#options.maxBrokenFraction ?? BROKEN_SHARE;
    if (this.#seen >= SEEN_BEFORE_JUDGING && this.broken.length > most * this.#seen)
      throw this.#tooManyBroken(
        `${this.broken.length} of ${this.#seen} images cannot be decoded any more`,
      );
  }

  #tooManyBroken(what: string): StudioError {
    return new StudioError(
      'too-many-broken-images',
      `${what}, the last one ${this.#lastBroken()}`,
      {
        advice: 'Check that the disk is connected, then scan the folders again and resume the run.',
        details: { broken: this.broken.slice(-20) },
      },
    );
  }

  #lastBroken(): string {
    const last = this.broken.at(-1);
    return last ? `${last.path} (${last.reason})` : 'unknown';
  }
}

function sourceOf({ path, width, height }: RenderItem['source']): RenderItem['source'] {
  return { path, width, height };
}

/** The part of the options that a worker needs, as plain data. */
function renderOptions(options: RenderOptions): RenderOptions {
  const { imageSize, seed, crop, flip, teacher } = options;
  return { imageSize, seed, crop, flip, teacher };
}
