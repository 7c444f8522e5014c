/** The request of an evaluation by nearest neighbours, and the form fields of one. */
import type { RequestOf } from '../../../../../engine/contract/studio/index.ts';
import { type FinetuneDraft, networkFields, whichOf } from '../../draft.ts';

export function knnRequest(draft: FinetuneDraft): RequestOf<'knn'> {
  const { train, val, neighbours, device } = draft;
  return {
    kind: 'knn',
    ...networkFields(draft),
    train: train.trim(),
    val: val.trim(),
    k: neighbours,
    device,
  };
}

export function knnDraft(request: RequestOf<'knn'>): Partial<FinetuneDraft> {
  const { train, val, k, device } = request;
  const sets = { train, trainSet: undefined, val, valSet: undefined };
  return { ...whichOf(request), ...sets, neighbours: k, device };
}
