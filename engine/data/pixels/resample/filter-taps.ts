/**
 * Weights of pixels in resizing with antialiasing, as Pillow has them: when shrinking, the support of
 * the filter grows with the scale.
 *
 * @source Pillow 9.4 Resample.c (behaviour)
 */

export type Interpolation = 'bicubic' | 'bilinear';

/** Bits behind the point of rounded weights. */
export const PRECISION = 22;

const FILTERS: Readonly<Record<Interpolation, { support: number; weight(x: number): number }>> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight: (x) => {
      const a = -0.5;
      const d = Math.abs(x);
      if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
      if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
      return 0;
    },
  },
};

/** Per output position: first source position, number of taps, and weights (`taps` apart). */
export interface FilterTaps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
  readonly width: number;
}

/** Weights of a filter as they are computed, before they are rounded. */
export interface ExactTaps extends Pick<FilterTaps, 'starts' | 'counts' | 'width'> {
  readonly weights: Float64Array;
}

const cache = new Map<string, FilterTaps>();
const exactCache = new Map<string, ExactTaps>();
const CACHE_ENTRIES = 2048;

/**
 * Filter taps, cached since crops of equal sizes are frequent.
 *
 * @param side pixels of the source, and the span of them that is resized, not always at whole pixels
 * @param part positions computed
 */
export function tapsFor(
  side: SourceSide,
  target: number,
  filter: Interpolation,
  part: Span = { start: 0, length: target },
): FilterTaps {
  return cached(cache, [side, target, filter, part], () =>
    roundedTaps(computeTaps(side, target, filter, part)),
  );
}

/** The same for pictures of floating point numbers. */
export function exactTapsFor(
  side: SourceSide,
  target: number,
  filter: Interpolation,
  part: Span,
): ExactTaps {
  return cached(exactCache, [side, target, filter, part], () =>
    computeTaps(side, target, filter, part),
  );
}

export interface Span {
  readonly start: number;
  readonly length: number;
}

/** Pixels outside the span have no weight, unless they are partly inside. */
export interface SourceSide extends Span {
  readonly pixels: number;
}

export function wholeSide(pixels: number): SourceSide {
  return { pixels, start: 0, length: pixels };
}

function cached<T>(
  known: Map<string, T>,
  [side, target, filter, part]: readonly [SourceSide, number, Interpolation, Span],
  compute: () => T,
): T {
  const key = `${filter}:${side.pixels}:${side.start}:${side.length}:${target}:${part.start}:${part.length}`;
  const found = known.get(key);
  if (found) return found;
  if (known.size >= CACHE_ENTRIES) known.clear();
  const taps = compute();
  known.set(key, taps);
  return taps;
}

function computeTaps(
  { pixels, start, length: source }: SourceSide,
  target: number,
  filter: Interpolation,
  { start: from, length }: Span,
): ExactTaps {
  const { support, weight } = FILTERS[filter];
  const scale = source / target;
  const least = Math.max(0, Math.floor(start));
  const most = Math.min(pixels, Math.ceil(start + source));
  const widen = Math.max(scale, 1);
  const reach = support * widen;
  const width = Math.ceil(reach) * 2 + 1;
  const starts = new Int32Array(length);
  const counts = new Int32Array(length);
  const weights = new Float64Array(length * width);
  for (let out = 0; out < length; out++) {
    const centre = start + (from + out + 0.5) * scale;
    const first = Math.max(least, Math.trunc(centre - reach + 0.5));
    const end = Math.min(most, Math.trunc(centre + reach + 0.5));
    const raw: number[] = [];
    let total = 0;
    for (let i = first; i < end; i++) {
      const value = weight((i - centre + 0.5) / widen);
      raw.push(value);
      total += value;
    }
    starts[out] = first;
    counts[out] = raw.length;
    for (const [i, value] of raw.entries()) weights[out * width + i] = value / total;
  }
  return { starts, counts, weights, width };
}

function roundedTaps({ weights, ...taps }: ExactTaps): FilterTaps {
  const rounded = new Int32Array(weights.length);
  // A plain loop, since weights are computed anew for most crops.
  for (let i = 0; i < weights.length; i++) {
    const scaled = weights[i]! * 2 ** PRECISION;
    rounded[i] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  }
  return { ...taps, weights: rounded };
}
