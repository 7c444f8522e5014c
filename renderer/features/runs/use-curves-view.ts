/** The view of the curves that the address describes, and its change. */
import { useCallback, useMemo } from 'react';
import { changeQuery, useAddressQuery } from '../../state/address.ts';
import { type CurvesView, curvesQueryOf, readCurvesView } from './curves-view.ts';

export type ChangeView = (change: Partial<CurvesView>) => void;

export function useCurvesView(): readonly [CurvesView, ChangeView] {
  const query = useAddressQuery();
  const view = useMemo(() => readCurvesView(query), [query]);
  const change = useCallback<ChangeView>(
    (part) => changeQuery(curvesQueryOf({ ...view, ...part })),
    [view],
  );
  return [view, change];
}
