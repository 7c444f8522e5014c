/** The data sets that the forms of this page have chosen. */
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import { useLive } from '../../state/live.ts';
import { setAt } from '../../ui/set-at.ts';
import { useFinetuneDraft } from './draft.ts';

/** A field with a data set. */
export type SetName = 'train' | 'val';

export const CHOSEN_SET = { train: 'trainSet', val: 'valSet' } as const;

/** The chosen set of a field; undefined where its folder was not added. */
export function useSetAt(): (field: SetName) => Dataset | undefined {
  const draft = useFinetuneDraft();
  const datasets = useLive((state) => state.datasets);
  return (field) => {
    const { [field]: at, [CHOSEN_SET[field]]: id, dense } = draft;
    return setAt(datasets, at, { id, format: dense.format });
  };
}
