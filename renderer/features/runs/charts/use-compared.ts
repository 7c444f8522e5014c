/** The runs that are compared with a run, kept in the address by their ids. */
import { useQueries } from '@tanstack/react-query';
import { useRef } from 'react';
import type { RunSummary } from '../../../../engine/contract/studio/index.ts';
import { call } from '../../../client/studio.ts';
import { changeQuery, useAddressQuery } from '../../../state/address.ts';
import { MOST_COMPARED } from './compare-select.tsx';

export type NamedRun = Pick<RunSummary, 'id' | 'name'>;

export function useCompared(id: string) {
  const given = useAddressQuery().get('compare') ?? '';
  const ids = given.split(',').filter((other) => other !== '' && other !== id);
  const found = useQueries({
    queries: [...new Set(ids)].slice(0, MOST_COMPARED).map((other) => ({
      queryKey: ['runs.get', { id: other }],
      queryFn: () => call('runs.get', { id: other }),
    })),
  });
  const others = useSame<NamedRun>(found.flatMap(({ data }) => data ?? []));
  const choose = (chosen: readonly NamedRun[]) =>
    changeQuery({ compare: chosen.map((run) => run.id).join(',') });
  return [others, choose] as const;
}

/** The previous list if it has the same items. */
export function useSame<T>(list: readonly T[]): readonly T[] {
  const kept = useRef(list);
  const same =
    kept.current.length === list.length && list.every((item, i) => item === kept.current[i]);
  if (!same) kept.current = list;
  return kept.current;
}
