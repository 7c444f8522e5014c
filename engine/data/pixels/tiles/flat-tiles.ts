/**
 * Which tiles of a picture show something. A tile is divided into 16 x 16 cells; it is empty where the
 * means of its cells differ, in every channel, by less than a fiftieth of the picture's own range, or
 * where nearly nothing of it was measured. Means leave noise out, so that the glass of a slide, a black
 * border and the dark of a fluorescence image are empty, and any channels and types of numbers have one
 * rule. The smallest copy that has four pixels for each cell is read, since copies may be made by leaving
 * pixels out, which keeps the noise.
 */
import type { StoredImage, StoredPixels, StoredRegion } from '../../../images/stored-image.ts';
import type { Tile } from '../../sources/locate.ts';

/** Cells of a tile, across and down. */
const CELLS = 16;
/** Side of a tile in the copy that is read. */
const LEAST_SIDE = 2 * CELLS;
/** Standard deviation of the means of cells, as a share of the range, below which a tile is flat. */
export const FLAT_SHARE = 0.02;
/** Least share of a tile's pixels that were measured. */
const LEAST_MEASURED = 0.05;
/** Shares of the means of cells below and above the range. */
const RARE = 0.001;
/** Means of cells that are kept of a channel, of all tiles together. */
const SAMPLED = 2 ** 18;
/** Numbers that are read at once. */
const MOST_VALUES = 2 ** 25;

/**
 * @param tiles row after row
 * @returns for each tile, whether it shows something
 * @throws StudioError `image-damaged`, `image-unsupported`
 */
export async function showSomething(
  image: StoredImage,
  tiles: readonly Tile[],
  signal?: AbortSignal,
): Promise<boolean[]> {
  const looks = new Array<TileLook>(tiles.length);
  const sampled = Math.ceil(Math.min(CELLS * CELLS, SAMPLED / tiles.length));
  for await (const { pixels, region, scale, from, to } of blocksOf(image, tiles, signal))
    for (let i = from; i < to; i++) {
      const part = scaled(tiles[i]!, scale, region);
      looks[i] = lookOf(pixels, part, sampled, image.noData);
    }
  const ranges = rangesOf(looks, image.channels);
  return looks.map((look) => !isEmpty(look, ranges));
}

/** What is seen of a tile. */
interface TileLook {
  /** share of its pixels that were measured */
  readonly measured: number;
  /** of each channel, standard deviation of the means of cells, and some of the means */
  readonly channels: readonly { readonly deviation: number; readonly means: Float64Array }[];
}

interface Block {
  readonly pixels: StoredPixels;
  readonly region: StoredRegion;
  /** pixels of the copy for one of the tiles' level */
  readonly scale: number;
  /** tiles that lie in it, the last one not included */
  readonly from: number;
  readonly to: number;
}

/** Parts of the smallest copy that suffices, each with some of the tiles, of limited size. */
async function* blocksOf(
  image: StoredImage,
  tiles: readonly Tile[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Block> {
  const { level, size } = tiles[0]!;
  const copy = copyFor(image, level, size);
  const { width, height } = image.levels[copy]!;
  const scale = width / image.levels[level]!.width;
  const limit = Math.max(1, MOST_VALUES / image.channels);
  const areaOf = (from: number, to: number) =>
    around(tiles.slice(from, to), scale, { width, height });
  for (let from = 0; from < tiles.length; ) {
    signal?.throwIfAborted();
    const to = lastWithin(tiles, from, (end) => {
      const { width, height } = areaOf(from, end);
      return width * height <= limit;
    });
    const region = areaOf(from, to);
    yield { pixels: await image.read(0, region, copy), region, scale, from, to };
    from = to;
  }
}

/** The smallest copy of a level in which a tile has some pixels for each cell. */
function copyFor({ levels }: StoredImage, level: number, size: number): number {
  const { width } = levels[level]!;
  let found = level;
  for (let i = level + 1; i < levels.length; i++)
    if ((size * levels[i]!.width) / width >= LEAST_SIDE) found = i;
  return found;
}

/** Ends of blocks: all tiles, or whole rows of them, or as many of a row as fit; at least one. */
function lastWithin(tiles: readonly Tile[], from: number, fits: (end: number) => boolean): number {
  const rowEnds: number[] = [];
  for (let i = from + 1; i <= tiles.length; i++)
    if (i === tiles.length || tiles[i]!.y !== tiles[i - 1]!.y) rowEnds.push(i);
  const isRowStart = from === 0 || tiles[from]!.y !== tiles[from - 1]!.y;
  if (isRowStart) {
    const rows = lastThat(rowEnds, fits);
    if (rows !== undefined) return rows;
  }
  const row = Array.from({ length: rowEnds[0]! - from }, (_, i) => from + 1 + i);
  return lastThat(row, fits) ?? from + 1;
}

/** The last of ascending ends that fits, where all before it fit too. */
function lastThat(ends: readonly number[], fits: (end: number) => boolean): number | undefined {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(ends[middle]!)) low = middle + 1;
    else high = middle;
  }
  return ends[low - 1];
}

/** The part of a copy that tiles cover. */
function around(
  tiles: readonly Tile[],
  scale: number,
  { width, height }: { readonly width: number; readonly height: number },
): StoredRegion {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const { x, y, size } of tiles) {
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + size), Math.max(bottom, y + size)];
  }
  const from = (at: number, end: number) => Math.min(end - 1, Math.floor(at * scale));
  const to = (at: number, end: number) => Math.min(end, Math.ceil(at * scale));
  const [x, y] = [from(left, width), from(top, height)];
  return { left: x, top: y, width: to(right, width) - x, height: to(bottom, height) - y };
}

/** A tile within a block. */
function scaled({ x, y, size }: Tile, scale: number, within: StoredRegion): StoredRegion {
  const part = (at: number, start: number, length: number): [number, number] => {
    const from = Math.min(length - 1, Math.max(0, Math.round(at * scale) - start));
    const to = Math.min(length, Math.round((at + size) * scale) - start);
    return [from, Math.max(1, to - from)];
  };
  const [left, width] = part(x, within.left, within.width);
  const [top, height] = part(y, within.top, within.height);
  return { left, top, width, height };
}

function lookOf(
  { width: across, height: down, channels, values }: StoredPixels,
  { left, top, width, height }: StoredRegion,
  sampled: number,
  noData: number | undefined,
): TileLook {
  const looks: TileLook['channels'][number][] = [];
  let measured = 0;
  for (let channel = 0; channel < channels; channel++) {
    const sums = new Float64Array(CELLS * CELLS);
    const counts = new Float64Array(CELLS * CELLS);
    for (let y = 0; y < height; y++) {
      const row = Math.floor((y * CELLS) / height) * CELLS;
      const start = (channel * down + top + y) * across + left;
      for (let x = 0; x < width; x++) {
        const value = values[start + x]!;
        if (value === noData || !Number.isFinite(value)) continue;
        const cell = row + Math.floor((x * CELLS) / width);
        sums[cell]! += value;
        counts[cell]!++;
      }
    }
    measured = Math.max(measured, counts.reduce((sum, count) => sum + count, 0) / (width * height));
    const means = sums.map((sum, i) => sum / counts[i]!).filter(Number.isFinite);
    const step = Math.max(1, means.length / sampled);
    const some = Math.min(means.length, sampled);
    looks.push({
      deviation: deviation(means),
      means: Float64Array.from({ length: some }, (_, i) => means[Math.floor(i * step)]!),
    });
  }
  return { measured, channels: looks };
}

/** Of each channel, from its darkest to its brightest cell, without rare ones. */
function rangesOf(looks: readonly TileLook[], channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) => {
    const parts = looks.map((look) => look.channels[channel]!.means);
    const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    all.sort();
    const rare = Math.floor(all.length * RARE);
    return all.length === 0 ? 0 : all[all.length - 1 - rare]! - all[rare]!;
  });
}

function isEmpty({ measured, channels }: TileLook, ranges: readonly number[]): boolean {
  if (measured < LEAST_MEASURED) return true;
  return channels.every(({ deviation }, i) => deviation <= FLAT_SHARE * ranges[i]!);
}

function deviation(values: Float64Array): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / values.length);
}
