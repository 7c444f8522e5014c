/** Statistics of image sizes for the health report. */
import type { HealthReport } from '../contract/studio/datasets.ts';
import type { LazyList } from '../data/sources/lazy-list.ts';

export interface Sized {
  readonly width: number;
  readonly height: number;
}

/** Bin edges: powers of two and, from 32 on, the values half way between; common crop sizes are among them. */
const EDGES = [
  0, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192,
  16384, 32768, 65536, 268_435_456,
];

export const shorterSide = ({ width, height }: Sized) => Math.min(width, height);

function binOf(image: Sized): number {
  const side = shorterSide(image);
  return EDGES.findIndex((_, i) => i === EDGES.length - 2 || side < EDGES[i + 1]!);
}

/** The lower edge of the bin of the histogram that an image is in, which names the bin. */
export function sizeBinOf(image: Sized): number {
  return EDGES[binOf(image)]!;
}

/** @param images at least one */
export function summariseSizes(images: LazyList<Sized>): HealthReport['sizes'] {
  const order = new Uint32Array(images.length).map((_, i) => i);
  const pixels = new Float64Array(images.length);
  let position = 0;
  for (const { width, height } of images) pixels[position++] = width * height;
  order.sort((a, b) => pixels[a]! - pixels[b]! || a - b);
  const size = (at: number): [number, number] => {
    const { width, height } = images.at(order[at]!)!;
    return [width, height];
  };
  return {
    histogram: histogram(images),
    smallest: size(0),
    median: size(Math.floor((images.length - 1) / 2)),
    largest: size(images.length - 1),
  };
}

/** The bins from the first with images to the last. */
function histogram(images: Iterable<Sized>): HealthReport['sizes']['histogram'] {
  const counts = new Array<number>(EDGES.length - 1).fill(0);
  for (const image of images) counts[binOf(image)]!++;
  const used = counts.flatMap((count, i) => (count > 0 ? [i] : []));
  const [first, last] = [used[0] ?? 0, used.at(-1) ?? -1];
  return counts.slice(first, last + 1).map((images, i) => {
    const [from, to] = [EDGES[first + i]!, EDGES[first + i + 1]!];
    return { from, to, images };
  });
}
