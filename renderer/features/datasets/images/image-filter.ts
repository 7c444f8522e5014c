/** Which images of a data set are shown, and in which order. */
import type { HealthReport, InputOf } from '../../../../engine/contract/studio/index.ts';
import { binText } from '../health/report-text.ts';

export type ImageFilter = Pick<
  InputOf<'datasets.images'>,
  'show' | 'class' | 'side' | 'folder' | 'order' | 'seed'
>;

/** Filters that bars set. */
export type FilterKey = 'class' | 'side' | 'folder';

export interface ActiveFilter {
  readonly key: FilterKey;
  readonly text: string;
}

/** The filter with another value of a key; the value that it has already is taken away. */
export function toggled<K extends FilterKey>(
  filter: ImageFilter,
  key: K,
  value: ImageFilter[K],
): ImageFilter {
  const { [key]: before, ...rest } = filter;
  return before === value ? rest : { ...rest, [key]: value };
}

/** The filters that are set, in words. */
export function activeFilters(filter: ImageFilter, report: HealthReport): ActiveFilter[] {
  const bin = report.sizes.histogram.find(({ from }) => from === filter.side);
  const folder = report.folders?.find(({ path }) => path === filter.folder);
  return [
    ...(filter.class === undefined
      ? []
      : [{ key: 'class' as const, text: `Class ${filter.class}` }]),
    ...(bin === undefined ? [] : [{ key: 'side' as const, text: `${binText(bin)} px` }]),
    ...(folder === undefined ? [] : [{ key: 'folder' as const, text: `Folder ${folder.name}` }]),
  ];
}
