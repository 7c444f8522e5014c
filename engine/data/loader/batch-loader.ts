/**
 * Batches of rendered images for training, prepared ahead. Order and pixels depend on (seed, epoch,
 * sample id) alone: any number of workers gives the same bytes, and a start in the middle continues
 * exactly.
 */
import { defined } from '../../contract/defined.ts';
import { RandomStream } from '../../random/philox.ts';
import type { IdentifiedImage } from '../prepared/entry-ids.ts';
import type { PreparedImages } from '../prepared/prepared-images.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import { type LeftOut, SEEN_BEFORE_JUDGING, tooManyBroken } from '../sources/unreadable.ts';
import {
  perView,
  type RenderPlan,
  type RenderSource,
  viewElements,
  viewPixels,
} from '../views/render-plan.ts';
import type { ViewObjects } from '../views/view-objects.ts';
import type { BatchSampler } from './batch-sampler.ts';
import type { RankShare } from './rank-share.ts';
import { createRenderPool, type RenderItem, type RenderPool, type Slot } from './render-pool.ts';
import { ShareSampler } from './share-sampler.ts';

/** Batches in the order of steps. */
export interface Loader<Batch> {
  readonly stepsPerEpoch: number;
  next(): Promise<Batch>;
  close(): Promise<void>;
}

/** How batches are made, as plain data. */
export interface LoaderSettings {
  readonly plan: RenderPlan;
  /** images of a step, those of other ranks included */
  readonly batchSize: number;
  /** the part of each batch that is loaded; all of it when left out */
  readonly share?: RankShare | undefined;
  /** worker threads; 0 renders in this thread */
  readonly workers: number;
  readonly startStep: number;
  /** largest share of broken images among those seen */
  readonly maxBrokenFraction?: number;
  /** images that are read from where they are prepared; only for random resized crops */
  readonly prepared?: Pick<PreparedImages, 'find'> | undefined;
}

type LoadedSample = RenderSource & Partial<IdentifiedImage> & { readonly label?: number };

export interface BatchLoaderOptions extends LoaderSettings {
  /** A broken image is replaced by another one of its label, where there are labels. */
  readonly samples: LazyList<LoadedSample>;
  /** of whole batches */
  readonly sampler: BatchSampler;
}

export interface ReplacedImage {
  readonly path: string;
  readonly reason: string;
  readonly substitute: string;
}

/** An image that was read from its file because its prepared image is damaged. */
export interface DamagedPreparation {
  readonly path: string;
  readonly reason: string;
}

export interface RenderedBatch {
  /** over the whole run, from 0 */
  readonly step: number;
  readonly epoch: number;
  readonly sampleIds: Uint32Array;
  /** what is seen in each place: the sample, or what took its place */
  readonly shownIds: Uint32Array;
  /** [B, C, H, W] each, normalised; valid until the next batch is asked for, and may be changed */
  readonly views: readonly Float32Array[];
  /** of dense views, [B, H, W]: classes, or `IGNORED`; valid and changeable likewise */
  readonly labels?: Uint16Array;
  /** of views with objects, [B] */
  readonly objects?: readonly ViewObjects[];
  /** time that `next` waited, ms */
  readonly waitMs: number;
  readonly replaced: readonly ReplacedImage[];
  /** each image once */
  readonly damaged: readonly DamagedPreparation[];
}

const BROKEN_SHARE = 0.1;
/** Batches that workers prepare ahead. */
const PREFETCH = 2;
const SUBSTITUTE_ATTEMPTS = 20;
const NEXT_STEP = 'scan the folders again and resume the run';

interface PreparedBatch extends Omit<RenderedBatch, 'views' | 'labels' | 'objects' | 'waitMs'> {
  readonly slot: Slot;
}

/** Images of each batch that are loaded here. */
function loadedImages({ batchSize, share }: Pick<LoaderSettings, 'batchSize' | 'share'>) {
  return batchSize / (share?.size ?? 1);
}

export class BatchLoader implements Loader<RenderedBatch> {
  readonly stepsPerEpoch: number;
  readonly #broken: LeftOut[] = [];
  /** samples whose prepared images are damaged */
  readonly #damaged = new Set<number>();
  readonly #options: BatchLoaderOptions;
  readonly #sampler: BatchSampler;
  readonly #pool: RenderPool;
  readonly #free: Slot[];
  readonly #queue: Promise<PreparedBatch>[] = [];
  /** Ordinary memory, since ONNX Runtime refuses shared memory; so a slot is free again at once. */
  readonly #views: readonly Float32Array[];
  readonly #labels: Uint16Array | undefined;
  #nextStep: number;
  #seen = 0;

  constructor(options: BatchLoaderOptions) {
    this.#options = options;
    const { plan, share, workers, startStep } = options;
    const batchSize = loadedImages(options);
    this.#sampler = share ? new ShareSampler(options.sampler, share) : options.sampler;
    this.stepsPerEpoch = this.#sampler.stepsPerEpoch;
    this.#nextStep = startStep;
    this.#views = perView(plan, () => new Float32Array(batchSize * viewElements(plan)));
    this.#labels =
      plan.kind === 'dense' ? new Uint16Array(batchSize * viewPixels(plan)) : undefined;
    this.#pool = createRenderPool(plan, workers);
    const slots = workers === 0 ? 1 : PREFETCH;
    this.#free = Array.from({ length: slots }, (_, id) => this.#pool.createSlot(id, batchSize));
    if (workers > 0) this.#prepareAhead();
  }

  /** The next batch. @throws StudioError `too-many-broken-images`, `data-worker-died` */
  async next(): Promise<RenderedBatch> {
    const started = performance.now();
    this.#prepareAhead();
    const { slot, ...batch } = await this.#queue.shift()!;
    for (const [i, view] of slot.views.entries()) this.#views[i]!.set(view);
    const labels = this.#labels;
    if (slot.labels !== undefined) labels?.set(slot.labels);
    const objects = slot.objects?.slice();
    this.#free.push(slot);
    if (this.#options.workers > 0) this.#prepareAhead();
    this.#judge(batch.sampleIds.length, batch.replaced);
    const waitMs = performance.now() - started;
    return {
      ...batch,
      views: this.#views,
      ...(labels && { labels }),
      ...(objects && { objects }),
      waitMs,
    };
  }

  close(): Promise<void> {
    for (const batch of this.#queue) batch.catch(() => {});
    return this.#pool.close();
  }

  #prepareAhead(): void {
    for (let slot = this.#free.pop(); slot; slot = this.#free.pop()) {
      const batch = this.#prepare(this.#nextStep++, slot);
      batch.catch(() => {}); // reported by `next`
      this.#queue.push(batch);
    }
  }

  async #prepare(step: number, slot: Slot): Promise<PreparedBatch> {
    const { samples } = this.#options;
    const { epoch, sampleIds, repeats } = this.#sampler.batch(step);
    const items = [...sampleIds].map((sampleId, position): RenderItem => {
      const source = this.#sourceOf(sampleId);
      return { position, epoch, sampleId, repeat: repeats?.[position] ?? 0, source };
    });
    const shownIds = sampleIds.slice();
    const replaced: ReplacedImage[] = [];
    const report = await this.#pool.render(slot, items);
    const damaged = report.damaged.flatMap(({ position, reason }) => {
      if (this.#damaged.has(sampleIds[position]!)) return [];
      this.#damaged.add(sampleIds[position]!);
      return [{ path: items[position]!.source.path, reason }];
    });
    for (const { position, reason } of report.failures) {
      const { path } = items[position]!.source;
      const substitute = await this.#substitute(slot, items[position]!);
      shownIds[position] = substitute;
      replaced.push({ path, reason, substitute: samples.at(substitute)!.path });
    }
    return { step, epoch, sampleIds, shownIds, slot, replaced, damaged };
  }

  #sourceOf(id: number): RenderSource {
    const { samples, prepared: images } = this.#options;
    const sample = samples.at(id)!;
    const { path, width, height, stored, mask, objects } = sample;
    const prepared = this.#damaged.has(id) ? undefined : images?.find(sample);
    return { path, width, height, ...defined({ stored, mask, objects, prepared }) };
  }

  /** Fill the place of a broken image with another one, always the same for the same ids. */
  async #substitute(slot: Slot, item: RenderItem): Promise<number> {
    const tried: LeftOut[] = [];
    for (const id of this.#substitutes(item)) {
      const source = this.#sourceOf(id);
      const { failures } = await this.#pool.render(slot, [{ ...item, source }]);
      const [failure] = failures;
      if (failure === undefined) return id;
      tried.push({ path: source.path, reason: failure.reason });
    }
    throw tooManyBroken(`${tried.length} images in a row cannot be decoded`, tried, NEXT_STEP);
  }

  /** Others of its label; any, when it has none or none of them can be read. */
  *#substitutes({ epoch, sampleId }: RenderItem): Generator<number> {
    const { samples, plan } = this.#options;
    const random = new RandomStream(plan.seed, 'substitute', epoch, sampleId);
    const { label } = samples.at(sampleId)!;
    const others = label === undefined ? [] : placesOf(label, samples, sampleId);
    if (others.length > 0)
      for (let i = 0; i < SUBSTITUTE_ATTEMPTS; i++) yield others[random.integer(others.length)]!;
    for (let i = 0; i < SUBSTITUTE_ATTEMPTS; i++) yield random.integer(samples.length);
  }

  #judge(seen: number, replaced: readonly ReplacedImage[]): void {
    this.#seen += seen;
    this.#broken.push(...replaced.map(({ path, reason }) => ({ path, reason })));
    const most = this.#options.maxBrokenFraction ?? BROKEN_SHARE;
    const broken = this.#broken;
    if (this.#seen >= SEEN_BEFORE_JUDGING && broken.length > most * this.#seen)
      throw tooManyBroken(
        `${broken.length} of ${this.#seen} images cannot be decoded any more`,
        broken,
        NEXT_STEP,
      );
  }
}

/** Positions of the samples with a label, without one of them. */
function placesOf(
  label: number,
  samples: BatchLoaderOptions['samples'],
  without: number,
): readonly number[] {
  const places: number[] = [];
  let position = 0;
  for (const sample of samples) {
    if (sample.label === label && position !== without) places.push(position);
    position++;
  }
  return places;
}
