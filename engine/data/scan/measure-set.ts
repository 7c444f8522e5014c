/**
 * Statistics of the values of a set, channel by channel: percentiles of the stored numbers, which
 * become the range that is mapped to 0..1, and mean and standard deviation of the values on that
 * scale. Files are read one after the other and nothing of them is kept, and the result depends on
 * the files and their order alone.
 *
 * Percentiles of whole numbers of up to 16 bits are exact, from a histogram of all pixels. Of other
 * numbers they are those of a sample: pixels of every file, evenly spaced, as many in all as fit
 * into `SAMPLED` for each channel. Values that are not numbers, or stand for nothing measured, do
 * not count. Mean and deviation are of all pixels, as the network gets them.
 */
import { StudioError } from '../../contract/errors.ts';
import type { RangePair } from '../../contract/settings/setting.ts';
import { RANGE_PERCENTILES } from '../../contract/settings/shared.ts';
import type { RangeRule } from '../../images/value-range.ts';
import { type Planes, planeOf } from '../pixels/planes.ts';
import type { Reading } from '../pixels/reading.ts';
import { decodePlanes, decodeValues, type MatchedValues } from '../pixels/stored/decode-planes.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import { isAboutImage } from '../sources/unreadable.ts';

export interface MeasureOrder {
  readonly channels: number;
  readonly valueRange: RangeRule | 'percentiles';
  /** whether mean and deviation are wanted */
  readonly statistics: boolean;
}

export interface MeasureListener {
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface MeasuredSet {
  readonly ranges?: readonly RangePair[];
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/** Of deviations, as recipes allow them: a channel of one value would be divided by 0. */
const LEAST_DEVIATION = 0.001;

/**
 * Files that cannot be read any more are passed over.
 *
 * @throws StudioError `no-images` where no file can be read; AbortError when `signal` fires
 */
export async function measureSet(
  files: LazyList<{ readonly path: string }>,
  { channels, valueRange, statistics }: MeasureOrder,
  { onProgress, signal }: MeasureListener = {},
): Promise<MeasuredSet> {
  const passes = Number(valueRange === 'percentiles') + Number(statistics);
  let done = 0;
  const eachFile = async (read: (path: string) => Promise<void>) => {
    let readable = 0;
    for (const { path } of files) {
      signal?.throwIfAborted();
      try {
        await read(path);
        readable++;
      } catch (error) {
        if (!isAboutImage(error)) throw error;
      }
      onProgress?.({ done: ++done, total: passes * files.length });
    }
    if (readable === 0) throw nothingReadable(files.length);
  };
  let ranges: RangePair[] | undefined;
  if (valueRange === 'percentiles') {
    const counts = Array.from({ length: channels }, () => new ValueCounts(files.length));
    await eachFile(async (path) => countValues(await decodeValues(path, channels), counts));
    ranges = counts.map((channel) => channel.range(RANGE_PERCENTILES));
  }
  if (!statistics) return ranges === undefined ? {} : { ranges };
  const reading: Reading = { channels, valueRange: ranges ?? (valueRange as RangeRule) };
  const moments = Array.from({ length: channels }, () => new Moments());
  await eachFile(async (path) => addMoments(await decodePlanes(path, reading), moments));
  const mean = moments.map((channel) => channel.mean);
  const std = moments.map((channel) => Math.max(LEAST_DEVIATION, channel.deviation));
  return ranges === undefined ? { mean, std } : { ranges, mean, std };
}

function countValues({ pixels, noData }: MatchedValues, counts: readonly ValueCounts[]): void {
  const plane = pixels.width * pixels.height;
  for (const [channel, into] of counts.entries())
    into.add(pixels.values.subarray(channel * plane, (channel + 1) * plane), noData);
}

function addMoments(planes: Planes, moments: readonly Moments[]): void {
  for (const [channel, into] of moments.entries()) into.add(planeOf(planes, channel));
}

/** Values of a histogram: whole numbers of 16 bits, signed or not. */
const [LEAST, MOST] = [-32_768, 65_535];
/** Other values of a channel that are kept, over all files. */
const SAMPLED = 2 ** 18;
const LEAST_OF_A_FILE = 16;

class ValueCounts {
  readonly #histogram = new Float64Array(MOST - LEAST + 1);
  readonly #ofFile: number;
  readonly #sample: number[] = [];
  #isExact = true;

  constructor(files: number) {
    this.#ofFile = Math.max(LEAST_OF_A_FILE, Math.floor(SAMPLED / Math.max(1, files)));
  }

  add(values: MatchedValues['pixels']['values'], noData: number | undefined): void {
    const step = values.length / Math.min(this.#ofFile, values.length);
    for (let at = 0; at < values.length; at += step) {
      const value = values[Math.floor(at)]!;
      if (Number.isFinite(value) && value !== noData) this.#sample.push(value);
    }
    for (let i = 0; this.#isExact && i < values.length; i++) {
      const value = values[i]!;
      if (value === noData) continue;
      if (Number.isInteger(value) && value >= LEAST && value <= MOST)
        this.#histogram[value - LEAST]!++;
      else this.#isExact = false;
    }
  }

  /** The lowest values that the shares of all values, in percent, do not exceed. */
  range([from, to]: readonly [number, number]): RangePair {
    const of = this.#isExact ? this.#ofHistogram() : this.#ofSample();
    const [low, high] = [of(from), of(to)];
    return low === high ? [low, low + 1] : [low, high];
  }

  #ofHistogram(): (percent: number) => number {
    const total = this.#histogram.reduce((sum, count) => sum + count, 0);
    return (percent) => {
      const rank = rankOf(percent, total);
      let [at, sum] = [-1, 0];
      while (at < this.#histogram.length - 1 && sum < rank) sum += this.#histogram[++at]!;
      return at + LEAST;
    };
  }

  #ofSample(): (percent: number) => number {
    const sorted = Float64Array.from(this.#sample).sort();
    return (percent) => sorted[rankOf(percent, sorted.length) - 1] ?? 0;
  }
}

/** From 1. Percentages such as 99.9 are not exact, so a little less is still the same rank. */
function rankOf(percent: number, count: number): number {
  return Math.max(1, Math.ceil((percent * count) / 100 - 1e-6));
}

class Moments {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(values: Float32Array): void {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      sum += values[i]!;
      squares += values[i]! ** 2;
    }
    this.#count += values.length;
    this.#sum += sum;
    this.#squares += squares;
  }

  get mean(): number {
    return this.#sum / this.#count;
  }

  get deviation(): number {
    return Math.sqrt(Math.max(0, this.#squares / this.#count - this.mean ** 2));
  }
}

function nothingReadable(files: number): StudioError {
  return new StudioError(
    'no-images',
    `None of the ${files} images can be read, so nothing can be measured`,
    { advice: 'Check that the disk is connected, then scan again.' },
  );
}
