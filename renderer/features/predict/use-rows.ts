/** Rows of a prediction job, loaded by page as they come into sight. */
import { useQueries } from '@tanstack/react-query';
import type { InputOf, PredictionItem } from '../../../engine/contract/studio/index.ts';
import { call } from '../../client/studio.ts';

export const PAGE = 100;
/** Time between two looks at a table that grows, ms. */
export const LOOK_MS = 1500;

export type RowsQuery = Omit<InputOf<'predictions.get'>, 'offset' | 'count'>;

/** @returns row by position among those that pass the filter; those that are loaded */
export function useRows(
  query: RowsQuery,
  { from, to, live }: { readonly from: number; readonly to: number; readonly live: boolean },
): (position: number) => PredictionItem | undefined {
  const first = Math.floor(from / PAGE);
  const pages = Math.max(1, Math.ceil(to / PAGE) - first);
  const found = useQueries({
    queries: Array.from({ length: pages }, (_, i) => {
      const input = { ...query, offset: (first + i) * PAGE, count: PAGE };
      return {
        queryKey: ['predictions.get', input],
        queryFn: () => call('predictions.get', input),
        refetchInterval: live ? LOOK_MS : (false as const),
      };
    }),
  });
  return (position) => found[Math.floor(position / PAGE) - first]?.data?.items[position % PAGE];
}
