/** A recipe with numbers in place of what it wants to be measured over the images. */
import { type ChannelValues, toMeasure, withMeasured } from '../contract/settings/channels.ts';
import type { TaskData } from '../tasks/task.ts';
import type { RunListener } from './run-listener.ts';

/** @throws StudioError `no-images` where none can be read; AbortError when `signal` fires */
export async function measuredRecipe<R extends ChannelValues>(
  recipe: R,
  { trainedOn = [] }: Pick<TaskData, 'trainedOn'>,
  { onDeviceCheck, signal }: Pick<RunListener, 'onDeviceCheck' | 'signal'> = {},
): Promise<R> {
  const { ranges, statistics } = toMeasure(recipe);
  if (!ranges && !statistics) return recipe;
  const { measureSet } = await import('../data/scan/measure-set.ts');
  const { channels, value_range: valueRange } = recipe;
  const text = 'Measuring the values of the images';
  const onProgress = (progress: { done: number; total: number }) =>
    onDeviceCheck?.({ ...progress, text });
  const order = { channels, valueRange, statistics };
  return withMeasured(recipe, await measureSet(trainedOn, order, { onProgress, signal }));
}
