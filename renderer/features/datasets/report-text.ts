/** Texts for the health report. */
import type { HealthReport } from '../../../engine/contract/studio/index.ts';

/** Histogram rows without empty bins at both ends. */
export function sizeRows(
  histogram: HealthReport['sizes']['histogram'],
): { name: string; value: number }[] {
  const filled = histogram.map(({ images }) => images > 0);
  const [first, last] = [filled.indexOf(true), filled.lastIndexOf(true)];
  if (first < 0) return [];
  return histogram.slice(first, last + 1).map(({ from, to, images }) => ({
    name: to === from + 1 ? String(from) : `${from} to ${to - 1}`,
    value: images,
  }));
}

export function sideText([width, height]: readonly [number, number]): string {
  return `${width} × ${height}`;
}
