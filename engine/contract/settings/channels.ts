/**
 * Settings that have a number for each channel: how they follow the number of channels, and what is
 * still to be measured before a run can use them.
 */
import { StudioError } from '../errors.ts';
import { countOf } from '../number-text.ts';
import {
  MEASURED,
  MOST_CHANNELS,
  type Need,
  type PerChannel,
  type RangePair,
  type SettingValues,
  type ValueRangeRule,
} from './setting.ts';
import { imageSettings, NORMALISATIONS } from './shared.ts';

/** The settings of a recipe that depend on the channels of its images. */
export interface ChannelValues {
  readonly channels: number;
  readonly value_range: ValueRangeRule;
  readonly mean: PerChannel;
  readonly std: PerChannel;
}

const { channels: IMAGE_CHANNELS } = imageSettings;
const STATISTICS = ['mean', 'std'] as const;

/**
 * Changes that follow from the number of channels: one number stands for all of them, and equal
 * numbers that were not given along with the channels become as many.
 */
export function followChannels(values: SettingValues, given: SettingValues): SettingValues {
  const { channels } = values;
  const follows: Record<string, unknown> = {};
  if (!IMAGE_CHANNELS.schema.safeParse(channels).success) return follows;
  for (const key of STATISTICS) {
    const list = values[key];
    if (!Array.isArray(list) || list.length === channels || list.length === 0) continue;
    const isOne = list.length === 1 || (!(key in given) && list.every((one) => one === list[0]));
    if (isOne) follows[key] = Array.from({ length: Number(channels) }, () => list[0]);
  }
  return follows;
}

export function checkChannels(recipe: ChannelValues, need: Need<keyof ChannelValues>): void {
  const { channels, value_range: range } = recipe;
  const each = channels === 1 ? 'one number' : `${channels} numbers, one for each channel`;
  for (const key of STATISTICS) {
    const list = recipe[key];
    const isImagenet = String(list) === String(NORMALISATIONS.imagenet[key]);
    need(
      list === MEASURED || list.length === channels,
      key,
      isImagenet
        ? `${each}, half or measured, since imagenet has the numbers of 3 channels`
        : `${each}, one for all, half or measured`,
    );
  }
  need(
    typeof range === 'string' || range.length === 1 || range.length === channels,
    'value_range',
    `LOW,HIGH for all channels, or ${countOf(channels, 'pair')}, one for each`,
  );
}

/** What must be measured over a set before a run with the recipe begins. */
export interface ToMeasure {
  readonly ranges: boolean;
  /** of the scaled values */
  readonly statistics: boolean;
}

export function toMeasure({ value_range: range, mean, std }: ChannelValues): ToMeasure {
  return { ranges: range === 'percentiles', statistics: mean === MEASURED || std === MEASURED };
}

/** Numbers of a set, one or one pair for each channel. */
export interface Measured {
  readonly ranges?: readonly RangePair[] | undefined;
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

/** The recipe with numbers in place of what was to be measured: the one that a run stores. */
export function withMeasured<R extends ChannelValues>(recipe: R, measured: Measured): R {
  const { ranges, mean, std } = measured;
  return {
    ...recipe,
    ...(recipe.value_range === 'percentiles' && ranges ? { value_range: ranges } : {}),
    ...(recipe.mean === MEASURED && mean ? { mean } : {}),
    ...(recipe.std === MEASURED && std ? { std } : {}),
  };
}

/** How stored values become the numbers that a network is given. */
export interface Normalisation {
  readonly channels: number;
  readonly valueRange: Exclude<ValueRangeRule, 'percentiles'>;
  /** of each channel, on the scale from 0 to 1 */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** @throws StudioError `recipe-unmeasured` where numbers are still to be measured */
export function normalisationOf(recipe: ChannelValues): Normalisation {
  const { channels, value_range: valueRange, mean, std } = recipe;
  if (valueRange === 'percentiles') throw unmeasured('value_range');
  if (mean === MEASURED) throw unmeasured('mean');
  if (std === MEASURED) throw unmeasured('std');
  return { channels, valueRange, mean, std };
}

function unmeasured(field: keyof ChannelValues): StudioError {
  return new StudioError(
    'recipe-unmeasured',
    `${field} is to be measured over the images, and there are none here.`,
    { advice: `State it in numbers: --set ${field}=NUMBERS`, details: { field } },
  );
}

/** Statistics of a network that was trained elsewhere, of any size; undefined for other texts. */
export function readStatistics(key: 'mean' | 'std', text: string): readonly number[] | undefined {
  const values = imageSettings[key].read(text);
  const isFine =
    Array.isArray(values) &&
    values.length >= 1 &&
    values.length <= MOST_CHANNELS &&
    values.every((value) => Number.isFinite(value) && (key === 'mean' || value > 0));
  return isFine ? values : undefined;
}

/** A value range in numbers, or a rule that needs no images; undefined for other texts. */
export function readValueRange(text: string): Normalisation['valueRange'] | undefined {
  const { read, schema } = imageSettings.value_range;
  const { data } = schema.safeParse(read(text));
  return data === 'percentiles' ? undefined : data;
}
