/** Texts for the health report. */
import type { HealthReport } from '../../../../engine/contract/studio/index.ts';
import { countOf, countText } from '../../../ui/format.ts';

type Bin = HealthReport['sizes']['histogram'][number];

/** The sizes of a bin: `96 to 127`. */
export function binText({ from, to }: Pick<Bin, 'from' | 'to'>): string {
  return to === from + 1 ? String(from) : `${from} to ${to - 1}`;
}

/** The bins of a histogram without empty ones at both ends. */
export function filledBins(histogram: readonly Bin[]): readonly Bin[] {
  const filled = histogram.map(({ images }) => images > 0);
  const [first, last] = [filled.indexOf(true), filled.lastIndexOf(true)];
  return first < 0 ? [] : histogram.slice(first, last + 1);
}

export function sideText([width, height]: readonly [number, number]): string {
  return `${width} × ${height}`;
}

type Dense = NonNullable<HealthReport['dense']>;

export function amountHead({ of }: Dense): string {
  return of === 'pixels' ? 'Pixels' : 'Objects';
}

/** Numbers of pixels are shares of all, which say more. */
export function amountText({ of }: Dense, amount: number, all: number): string {
  if (of === 'objects') return countText(amount);
  const percent = (100 * amount) / Math.max(1, all);
  return percent > 0 && percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}

/** How many images are tiles, and how many tiles are none. */
export function tilesCountText({
  files,
  tiles,
  empty,
}: NonNullable<HealthReport['tiles']>): string {
  const left = empty === 0 ? '' : `; ${countOf(empty, 'empty tile')} left out`;
  return `${countOf(tiles, 'tile')} of ${countOf(files, 'large image')}${left}`;
}
