/** Renders samples into batch memory, in this thread or in workers, with the same pixels. */
import type { Worker } from 'node:worker_threads';
import { isStudioError, StudioError } from '../../contract/errors.ts';
import { startWorker } from '../../platform/start-worker.ts';
import { tableFolders } from '../sources/containers/tables.ts';
import { isAboutImage, reasonOf } from '../sources/unreadable.ts';
import { createRenderer } from '../views/create-renderer.ts';
import {
  perView,
  type RenderedPlace,
  type RenderIds,
  type RenderPlan,
  type RenderSource,
  type SampleRenderer,
  viewElements,
  viewPixels,
} from '../views/render-plan.ts';
import type { ViewObjects } from '../views/view-objects.ts';

/** One place of a batch to be filled. */
export interface RenderItem extends RenderIds {
  readonly position: number;
  readonly source: RenderSource;
}

export interface RenderFailure {
  readonly position: number;
  readonly reason: string;
}

export interface RenderReport {
  /** places that are not filled */
  readonly failures: readonly RenderFailure[];
  /** places whose prepared image is damaged, filled from its file */
  readonly damaged: readonly RenderFailure[];
}

/** Memory of one batch: each view, [B, C, H, W]. */
export interface Slot {
  readonly id: number;
  readonly views: readonly Float32Array[];
  /** of dense views, [B, H, W] */
  readonly labels?: Uint16Array | undefined;
  /** of views with objects, by place; the others are held by this thread alone */
  readonly objects?: ViewObjects[] | undefined;
}

export interface RenderPool {
  createSlot(id: number, batchSize: number): Slot;
  /** Fill places of a slot; those that fail are named. */
  render(slot: Slot, items: readonly RenderItem[]): Promise<RenderReport>;
  close(): Promise<void>;
}

/** Fill the items one after the other, decoding the next while one is augmented. */
export async function renderItems(
  renderer: SampleRenderer<unknown>,
  slot: Slot,
  items: readonly RenderItem[],
): Promise<RenderReport> {
  const failures: RenderFailure[] = [];
  const damaged: RenderFailure[] = [];
  const [elements, pixels] = [viewElements(renderer.plan), viewPixels(renderer.plan)];
  const start = (item: RenderItem | undefined) =>
    item === undefined
      ? undefined
      : decodeItem(renderer, item, damaged).then(
          (sample) => ({ sample }),
          (error: unknown) => ({ error }),
        );
  let pending = start(items[0]);
  for (const [i, item] of items.entries()) {
    const decoded = await pending!;
    pending = start(items[i + 1]);
    if ('error' in decoded) {
      failures.push({ position: item.position, reason: reasonOf(decoded.error) });
      continue;
    }
    const { position } = item;
    const place: RenderedPlace = {
      views: slot.views.map((view) => partOf(view, position, elements)),
      labels: slot.labels && partOf(slot.labels, position, pixels),
    };
    try {
      renderer.write(decoded.sample, item, place);
      if (place.objects !== undefined) slot.objects![item.position] = place.objects;
    } catch (error) {
      if (!isAboutImage(error)) throw error;
      failures.push({ position: item.position, reason: reasonOf(error) });
    }
  }
  return { failures, damaged };
}

/** From its prepared image, or from its file where that is damaged. */
async function decodeItem(
  renderer: SampleRenderer<unknown>,
  item: RenderItem,
  damaged: RenderFailure[],
): Promise<unknown> {
  const { position, source } = item;
  try {
    return await renderer.decode(source, item);
  } catch (error) {
    if (!isStudioError(error, 'prepared-damaged')) throw error;
    damaged.push({ position, reason: error.details.reason });
    return renderer.decode({ ...source, prepared: undefined }, item);
  }
}

function partOf<A extends Float32Array | Uint16Array>(all: A, place: number, length: number): A {
  return all.subarray(place * length, (place + 1) * length) as A;
}

/** @param Memory shared where workers write to it */
function createSlot(
  plan: RenderPlan,
  id: number,
  batchSize: number,
  Memory: ArrayBufferConstructor | SharedArrayBufferConstructor,
): Slot {
  const bytes = 4 * batchSize * viewElements(plan);
  const views = perView(plan, () => new Float32Array(new Memory(bytes)));
  if (plan.kind === 'objects') return { id, views, objects: [] };
  if (plan.kind !== 'dense') return { id, views };
  return { id, views, labels: new Uint16Array(new Memory(2 * batchSize * viewPixels(plan))) };
}

export function createRenderPool(plan: RenderPlan, workers: number): RenderPool {
  if (workers > 0) return new WorkerPool(plan, workers);
  const renderer = createRenderer(plan);
  return {
    createSlot: (id, batchSize) => createSlot(plan, id, batchSize, ArrayBuffer),
    render: (slot, items) => renderItems(renderer, slot, items),
    close: async () => renderer.close?.(),
  };
}

export interface RenderWorkerData {
  readonly plan: RenderPlan;
  /** with tables of containers' entries */
  readonly tableFolders: readonly string[];
}

export type WorkerRequest =
  | { readonly type: 'slot'; readonly slot: Slot }
  | {
      readonly type: 'render';
      readonly job: number;
      readonly slot: number;
      readonly items: readonly RenderItem[];
    };

export interface WorkerReply extends RenderReport {
  readonly job: number;
  /** of views with objects, in the order of the items */
  readonly objects?: readonly (ViewObjects | undefined)[];
}

class WorkerPool implements RenderPool {
  readonly #plan: RenderPlan;
  readonly #workers: Worker[];
  readonly #jobs = new Map<
    number,
    { resolve(reply: WorkerReply): void; reject(error: unknown): void }
  >();
  #nextJob = 0;
  #crash: StudioError | undefined;
  #closing = false;

  constructor(plan: RenderPlan, count: number) {
    this.#plan = plan;
    const workerData: RenderWorkerData = { plan, tableFolders: tableFolders() };
    this.#workers = Array.from({ length: count }, () => {
      const worker = startWorker(import.meta.url, './render-worker.ts', workerData);
      worker.on('message', (reply: WorkerReply) => {
        this.#jobs.get(reply.job)?.resolve(reply);
        this.#jobs.delete(reply.job);
      });
      worker.on('error', (error) => this.#fail(error));
      worker.on('exit', (code) => {
        if (!this.#closing) this.#fail(new Error(`it ended with code ${code}`));
      });
      worker.unref();
      return worker;
    });
  }

  #fail(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : String(cause);
    this.#crash ??= new StudioError('data-worker-died', `A data worker died: ${why}`, {
      advice: 'Resume the run; if it happens again, use --set workers=0 to see the cause.',
      cause,
    });
    for (const { reject } of this.#jobs.values()) reject(this.#crash);
    this.#jobs.clear();
  }

  createSlot(id: number, batchSize: number): Slot {
    const slot = createSlot(this.#plan, id, batchSize, SharedArrayBuffer);
    for (const worker of this.#workers) this.#post(worker, { type: 'slot', slot });
    return slot;
  }

  #post(worker: Worker, request: WorkerRequest): void {
    worker.postMessage(request);
  }

  async render(slot: Slot, items: readonly RenderItem[]): Promise<RenderReport> {
    const share = Math.ceil(items.length / this.#workers.length);
    const parts = this.#workers.flatMap((worker, i) => {
      const own = items.slice(i * share, (i + 1) * share);
      return own.length === 0 ? [] : [this.#send(worker, slot, own)];
    });
    const reports = await Promise.all(parts);
    return {
      failures: reports.flatMap(({ failures }) => failures),
      damaged: reports.flatMap(({ damaged }) => damaged),
    };
  }

  async #send(worker: Worker, slot: Slot, items: readonly RenderItem[]): Promise<RenderReport> {
    if (this.#crash) throw this.#crash;
    const job = this.#nextJob++;
    const { failures, damaged, objects } = await new Promise<WorkerReply>((resolve, reject) => {
      this.#jobs.set(job, { resolve, reject });
      worker.ref();
      this.#post(worker, { type: 'render', job, slot: slot.id, items });
    });
    for (const [i, found] of (objects ?? []).entries())
      if (found !== undefined) slot.objects![items[i]!.position] = found;
    return { failures, damaged };
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    const closed = new StudioError('data-closed', 'The data pipeline was closed.');
    for (const { reject } of this.#jobs.values()) reject(closed);
    this.#jobs.clear();
  }
}
