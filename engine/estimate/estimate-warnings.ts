/** Warnings before a run is started. */

import { imagesPerPass } from '../contract/micro-batch.ts';
import { bytesText, countOf } from '../contract/number-text.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { Estimate } from '../contract/studio/estimate.ts';
import { traitsOf } from '../executors/devices.ts';
import { type PresetName, warningFor } from '../recipes/presets.ts';
import type { MeasuredSteps } from './measure.ts';

const FEW_IMAGES = 1000;
const LONG_DAYS = 14;
/** Share of the machine's memory above which it may swap. */
const MEMORY_SHARE = 0.9;
/** Share of the free disk above which a warning is given. */
const DISK_SHARE = 0.9;
/** Ratio of loading to computing time from which a warning is given. */
const SLOW_READING = 1.2;

export function estimateWarnings(
  found: Omit<Estimate, 'warnings'>,
  {
    recipe,
    preset,
    steps,
    workspace,
    tooLarge = false,
  }: {
    readonly recipe: Recipe;
    readonly preset?: PresetName | undefined;
    readonly steps: Pick<MeasuredSteps, 'batches'>;
    readonly workspace: string;
    /** Whether another part of the estimate says that the batch does not fit. */
    readonly tooLarge?: boolean;
  },
): string[] {
  const { device, images, memoryBytes, machineMemoryBytes, diskBytes, freeDiskBytes } = found;
  const warnings: string[] = [];
  if (!tooLarge && memoryBytes > MEMORY_SHARE * machineMemoryBytes)
    warnings.push(
      `Training needs about ${bytesText(memoryBytes)} of memory, and this machine has ${bytesText(machineMemoryBytes)}. Set micro_batch or recompute, or use a smaller image_size or a smaller recipe.`,
    );
  if (diskBytes > DISK_SHARE * freeDiskBytes)
    warnings.push(
      `The run takes about ${bytesText(diskBytes)} of disk, and ${bytesText(freeDiskBytes)} are free at ${workspace}. Free some space, or keep fewer checkpoints (keep_last, keep_every).`,
    );
  const forDevice = preset && warningFor(preset, traitsOf(device).computesOn);
  const days = found.seconds / 86_400;
  if (forDevice !== undefined) warnings.push(forDevice);
  else if (days > LONG_DAYS)
    warnings.push(
      `The run would take about ${Math.round(days)} days on this machine. Use fewer epochs, a smaller image_size or a smaller recipe.`,
    );
  if (images < FEW_IMAGES)
    warnings.push(
      `There ${images === 1 ? 'is' : 'are'} only ${countOf(images, 'image')}. Pre-training needs thousands to be worth while.`,
    );
  if (recipe.workers > 0 && found.dataMs > SLOW_READING * found.stepMs)
    warnings.push(
      `Reading images takes longer than computing (${Math.round(found.dataMs)} ms and ${Math.round(found.stepMs)} ms a step). More workers help while there are idle CPU cores; smaller images always do.`,
    );
  const largest = Math.max(...steps.batches);
  const whole = imagesPerPass(recipe);
  if (largest < whole)
    warnings.push(
      `A ${whole < recipe.batch_size ? 'pass' : 'step'} of ${whole} images takes too long or too much memory to be tried; its time and memory were worked out from steps of ${steps.batches.join(' and ')} images.`,
    );
  return warnings;
}
