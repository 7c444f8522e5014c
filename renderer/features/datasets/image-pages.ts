/** Pages of the images of a data set, loaded for the positions that are shown. */
import { useQueries } from '@tanstack/react-query';
import type { ImageItem } from '../../../engine/contract/studio/index.ts';
import { call } from '../../client/studio.ts';
import type { ImageFilter } from './image-filter.ts';

export const PAGE = 200;

/** The loaded images from `from` to `to`, by position. */
export function useImagePages(
  id: string,
  filter: ImageFilter,
  range: { readonly from: number; readonly to: number },
): ReadonlyMap<number, ImageItem> {
  const first = Math.floor(range.from / PAGE);
  const last = Math.floor(Math.max(range.from, range.to - 1) / PAGE);
  const offsets = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * PAGE);
  const pages = useQueries({
    queries: offsets.map((offset) => {
      const input = { id, offset, count: PAGE, ...filter };
      return {
        queryKey: ['datasets.images', input],
        queryFn: () => call('datasets.images', input),
      };
    }),
  });
  const items = new Map<number, ImageItem>();
  for (const [i, { data }] of pages.entries())
    for (const [k, item] of (data?.items ?? []).entries()) items.set(offsets[i]! + k, item);
  return items;
}
