/** Hooks for calls of the studio from components, with a cache. */
import {
  keepPreviousData,
  QueryClient,
  type QueryFilters,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import type { CommandName, InputOf, OutputOf } from '../../engine/contract/studio/index.ts';
import { useConnection } from './connection.ts';
import { call } from './studio.ts';

export const queries = new QueryClient({
  defaultOptions: {
    // Calls are local, so failed ones are not retried, and changes are pushed.
    queries: { retry: false, refetchOnWindowFocus: false, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

/**
 * Read again what has changed. A first read under way is repeated once it ends, as it may have begun before
 * the change: TanStack Query joins it instead, and takes its answer as fresh.
 */
export async function refreshQueries(filters: QueryFilters): Promise<void> {
  const begun = queries
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: 'fetching' })
    .filter(({ state }) => state.data === undefined);
  await queries.invalidateQueries(filters);
  await Promise.all(
    begun.map(({ queryKey }) => queries.invalidateQueries({ queryKey, exact: true })),
  );
}

/**
 * Call a command and call it again when its input changes; the previous result is shown until then.
 *
 * @param options.every   interval of repeated calls, ms
 * @param options.freshMs age up to which what is shown later takes the same answer; 0 by default
 */
export function useStudio<N extends CommandName>(
  name: N,
  input: InputOf<N>,
  options: { readonly every?: number; readonly enabled?: boolean; readonly freshMs?: number } = {},
) {
  return useQuery<OutputOf<N>>({
    queryKey: [name, input],
    queryFn: () => call(name, input),
    placeholderData: keepPreviousData as never,
    enabled: options.enabled ?? true,
    refetchInterval: options.every ?? false,
    staleTime: options.freshMs ?? 0,
  });
}

/**
 * A command that changes state; afterwards the results of the `refreshes` commands are invalidated.
 * While the studio cannot be reached it is `unavailable`, and controls that run it are disabled.
 */
export function useStudioAction<N extends CommandName>(
  name: N,
  refreshes: readonly CommandName[] = [],
) {
  const unavailable = useConnection(({ connection }) => connection !== 'connected');
  const mutation = useMutation<OutputOf<N>, Error, InputOf<N>>({
    mutationFn: (input) => call(name, input),
    onSuccess: () => {
      for (const stale of refreshes) void refreshQueries({ queryKey: [stale] });
    },
  });
  return { ...mutation, unavailable };
}
