/** Items of long lists, read in pages as they come into sight. */
import { useQueries } from '@tanstack/react-query';
import type { InputOf, OutputOf } from '../../engine/contract/studio/index.ts';
import { call } from './studio.ts';

type ListName = 'datasets.images' | 'predictions.get' | 'runs.events' | 'runs.table';
type ItemOf<N extends ListName> = OutputOf<N>['items'][number];

/**
 * @param list       the command, and its input without offset and count
 * @param range      positions that are shown, the last one excluded
 * @param options.size   items of a page
 * @param options.every  interval at which pages are read again, ms
 * @returns the item at a position; undefined until it is read
 */
export function useItems<N extends ListName>(
  [name, filter]: readonly [N, Omit<InputOf<N>, 'offset' | 'count'>],
  { from, to }: { readonly from: number; readonly to: number },
  { size, every = false }: { readonly size: number; readonly every?: number | false },
): (position: number) => ItemOf<N> | undefined {
  const first = Math.floor(from / size);
  const last = Math.floor(Math.max(from, to - 1) / size);
  const pages = useQueries({
    queries: Array.from({ length: last - first + 1 }, (_, i) => {
      const input = { ...filter, offset: (first + i) * size, count: size } as InputOf<N>;
      return {
        queryKey: [name, input],
        queryFn: async (): Promise<{ readonly items: readonly ItemOf<N>[] }> => call(name, input),
        refetchInterval: every,
      };
    }),
  });
  return (position) => pages[Math.floor(position / size) - first]?.data?.items[position % size];
}
