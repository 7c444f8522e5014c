/** Questions to the studio from components: cached, asked once, asked again when something changed. */
import {
  keepPreviousData,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { CommandName, InputOf, OutputOf } from '../../engine/contract/studio/index.ts';
import { call } from './studio.ts';

export const queries = new QueryClient({
  defaultOptions: {
    // Nothing here is remote: what fails once fails again, and what changes is pushed.
    queries: { retry: false, refetchOnWindowFocus: false, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

/**
 * What a command gives; asked again when its input changes, with the last answer shown meanwhile.
 *
 * @param options.every ask again after so many ms
 */
export function useStudio<N extends CommandName>(
  name: N,
  input: InputOf<N>,
  options: { readonly every?: number; readonly enabled?: boolean } = {},
) {
  return useQuery<OutputOf<N>>({
    queryKey: [name, input],
    queryFn: () => call(name, input),
    placeholderData: keepPreviousData as never,
    enabled: options.enabled ?? true,
    refetchInterval: options.every ?? false,
  });
}

/** A command that changes something; `refreshes` are the questions whose answers it changes. */
export function useStudioAction<N extends CommandName>(
  name: N,
  refreshes: readonly CommandName[] = [],
) {
  const client = useQueryClient();
  return useMutation<OutputOf<N>, Error, InputOf<N>>({
    mutationFn: (input) => call(name, input),
    onSuccess: () => {
      for (const stale of refreshes) void client.invalidateQueries({ queryKey: [stale] });
    },
  });
}
