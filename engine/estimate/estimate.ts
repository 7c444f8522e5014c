/**
 * Estimate of a pre-training run on this machine, measured with training's own parts: some images
 * are loaded and some steps computed.
 */

import { statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import { halvedPass, imagesPerPass, passesPerStep } from '../contract/micro-batch.ts';
import { bytesText, countOf } from '../contract/number-text.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { Estimate } from '../contract/studio/estimate.ts';
import { readExcluded } from '../data/given/excluded-images.ts';
import { evenly } from '../data/sources/lazy-list.ts';
import { type CheckProgress, resolveDevice } from '../devices/resolve-device.ts';
import { asDeviceError } from '../executors/device-errors.ts';
import { executorOf, listDevices } from '../executors/devices.ts';
import type { Module } from '../ir/types.ts';
import { stepFlops } from '../measure/bench-step.ts';
import { stateBytes } from '../passes/value-bytes.ts';
import type { PresetName } from '../recipes/presets.ts';
import { openPretrainLoader } from '../tasks/pretrain/batches.ts';
import {
  fittingIndex,
  type PretrainParts,
  pretrainParts,
  scanPlan,
} from '../tasks/pretrain/parts.ts';
import { pretrainModule } from '../tasks/pretrain/pretrain-learner.ts';
import { pretrainSchedules } from '../tasks/pretrain/task.ts';
import { diskNeed } from '../train/disk-need.ts';
import { measuredRecipe } from '../train/measured-recipe.ts';
import type { PretrainOrder } from '../train/pretrain.ts';
import type { ResolveDevice } from '../train/run-listener.ts';
import { type FitTexts, fitBatch, fitTexts } from './batch-fit.ts';
import { estimateWarnings } from './estimate-warnings.ts';
import { type MeasuredSteps, measureLoading, measureSteps } from './measure.ts';

export interface EstimateParts extends PretrainParts {
  readonly resolveDevice: ResolveDevice;
}

export interface EstimateOrder
  extends Pick<PretrainOrder, 'workspace' | 'data' | 'exclude' | 'recipe' | 'device' | 'scan'> {
  /** The preset that the recipe is or extends. */
  readonly preset?: PresetName | undefined;
  /** The total is 0 where it is unknown. */
  readonly onProgress?: (progress: CheckProgress) => void;
  readonly signal?: AbortSignal;
}

/** Images over which statistics are measured that a recipe wants to be measured. */
const MEASURED_IMAGES = 16;

/**
 * Scan, load a few batches and compute a few steps. Only the index file of the scan is written.
 *
 * @throws StudioError those of starting the run: `no-images`, `schedule-invalid`, `device-unknown`,
 *   …; `memory-short` when not even a trial is possible; AbortError when `signal` fires between
 *   steps
 */
export async function estimatePretrain(
  order: EstimateOrder,
  parts: EstimateParts = { ...pretrainParts, resolveDevice },
): Promise<Estimate> {
  const { workspace, signal } = order;
  const folders = order.data.map((folder) => path.resolve(folder));
  const tell = (text: string, { done, total } = { done: 0, total: 0 }) =>
    order.onProgress?.({ done, total, text });
  const excluded = order.exclude && (await readExcluded(order.exclude));
  const scanned = await parts.scan(folders, {
    ...scanPlan(workspace, folders, order.recipe),
    ...defined({ excluded }),
    depth: order.scan ?? 'auto',
    signal,
    onProgress: (progress) => tell('Looking at the images', progress),
  });
  const { index, notices } = fittingIndex(scanned, order.recipe);
  // A few images give numbers that are near enough for an estimate.
  const few = evenly(index.samples ?? [], MEASURED_IMAGES);
  const recipe = await measuredRecipe(order.recipe, { trainedOn: few }, defined({ signal }));
  const { totalSteps } = pretrainSchedules(recipe, index);
  const { id: device } = await parts.resolveDevice(order.device, {
    onProgress: ({ text, ...progress }) => tell(text, progress),
    signal,
    precision: recipe.precision,
  });
  const module = pretrainModule(recipe);
  const memory = machineMemory();
  refuseTooLarge(module, memory.freeBytes);
  const loader = await openPretrainLoader(parts, index, recipe, 0);
  try {
    tell('Reading images');
    const dataMs = await measureLoading(loader, signal);
    const { steps, used, tooMany } = await inPassesThatFit(recipe, (tried) =>
      measureSteps({
        recipe: tried,
        loader,
        signal,
        flops: passesPerStep(recipe) * stepFlops(module.entries),
        freeBytes: memory.freeBytes,
        createLearner: (changed) => parts.createLearner({ recipe: changed, device }),
        onTry: (batch) => tell(`Trying steps of ${countOf(batch, 'image')}`),
      }),
    );
    const found = {
      device,
      images: index.images,
      steps: totalSteps,
      stepsPerEpoch: loader.stepsPerEpoch,
      stepMs: steps.stepMs,
      dataMs,
      seconds: (totalSteps * perStepMs(steps, dataMs, recipe.workers)) / 1000,
      memoryBytes: Math.round(steps.memoryBytes),
      machineMemoryBytes: memory.machineBytes,
      ...diskNeed(module, recipe, totalSteps),
      freeDiskBytes: await freeDisk(workspace),
    };
    const room = await roomOf(used, device, steps, memory.freeBytes, index.images);
    const tooLarge = room !== undefined && room.fit === undefined;
    const warnings = estimateWarnings(found, { ...order, recipe: used, steps, tooLarge });
    const doubts = (index.doubts ?? []).map((doubt) => `${doubt}.`);
    const unfit = notices.map(({ message }) => `${message}.`);
    const all = [...doubts, ...unfit, ...tooMany, ...(room?.warnings ?? []), ...warnings];
    return { ...found, ...room, warnings: all };
  } finally {
    await loader.close();
  }
}

/** If the device runs out of memory, halve the passes once, as the run itself does. */
async function inPassesThatFit(
  recipe: Recipe,
  measure: (recipe: Recipe) => Promise<MeasuredSteps>,
) {
  try {
    return { steps: await measure(recipe), used: recipe, tooMany: [] };
  } catch (error) {
    const half = halvedPass(recipe);
    const trouble = asDeviceError(error);
    if (trouble?.code !== 'device-out-of-memory' || half === undefined) throw error;
    const used = { ...recipe, micro_batch: half };
    const tooMany = `The device has not enough memory for a micro-batch of ${imagesPerPass(recipe)}. The run would compute its batch of ${recipe.batch_size} in passes of ${half}, which normalisation sees apart (micro_batch); recompute also saves memory.`;
    return { steps: await measure(used), used, tooMany: [tooMany] };
  }
}

/**
 * How many images per pass fit, or what to change; undefined where a card does not report its
 * memory.
 */
async function roomOf(
  recipe: Recipe,
  device: string,
  steps: MeasuredSteps,
  freeBytes: number,
  most: number,
): Promise<FitTexts | undefined> {
  const [known] = (await listDevices(device)).filter(({ id }) => id === device);
  const onCard = known?.kind === 'gpu';
  if (onCard && known.memoryBytes === undefined) return undefined;
  if (known === undefined) return undefined;
  const executor = executorOf(known.executor);
  const { precision } = recipe;
  const fit = fitBatch({
    recipe,
    most,
    plan: (module, entry) => executor.plan(module, entry, { device, precision }),
    measuredBytes: onCard ? undefined : steps.memoryBytes,
    freeBytes: (onCard ? known.memoryBytes : undefined) ?? freeBytes,
  });
  return fitTexts(fit, recipe, onCard ? `on ${known.name}` : 'in this machine');
}

/** Workers load while the device computes, so the slower of the two determines the time. */
function perStepMs({ stepMs, wallMs }: MeasuredSteps, dataMs: number, workers: number): number {
  if (workers === 0) return wallMs ?? stepMs + dataMs;
  return Math.max(wallMs ?? stepMs, dataMs);
}

/** Memory of the machine, or of the part that this process may use. */
function machineMemory(): { machineBytes: number; freeBytes: number } {
  const limit = process.constrainedMemory();
  const total = os.totalmem();
  const machineBytes = limit > 0 && limit < total ? limit : total;
  return { machineBytes, freeBytes: Math.min(process.availableMemory(), machineBytes) };
}

/** A lower bound of a step's memory beside the state, relative to it: copies by libraries. */
const BESIDE_STATE = 1;

/** A trial without enough memory could crash other processes. */
function refuseTooLarge(module: Module, freeBytes: number): void {
  const bytes = stateBytes(module) * (1 + BESIDE_STATE);
  if (bytes < freeBytes) return;
  throw new StudioError(
    'memory-short',
    `Training this network takes at least ${bytesText(bytes)} of memory, and ${bytesText(freeBytes)} are free.`,
    {
      advice: 'Take a smaller recipe, or close other programs.',
      details: { bytes, freeBytes },
    },
  );
}

/** Free space of the file system of a folder, which need not exist. */
async function freeDisk(folder: string): Promise<number> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = await statfs(at).catch(() => undefined);
    if (found !== undefined) return found.bavail * found.bsize;
    if (at === path.dirname(at)) return 0;
  }
}
