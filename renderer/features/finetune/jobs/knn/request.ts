/** The request of an evaluation by nearest neighbours, and the form fields of one. */
import type { RequestOf } from '../../../../../engine/contract/studio/index.ts';
import { requestedPrecision } from '../../../../ui/precisions.ts';
import { type FinetuneDraft, networkFields, whichOf } from '../../draft.ts';

export function knnRequest(draft: FinetuneDraft): RequestOf<'knn'> {
  const { train, val, neighbours, device, precision } = draft;
  return {
    kind: 'knn',
    ...networkFields(draft),
    train: train.trim(),
    val: val.trim(),
    k: neighbours,
    device,
    ...requestedPrecision(precision),
  };
}

export function knnDraft(request: RequestOf<'knn'>): Partial<FinetuneDraft> {
  const { train, val, k, device, precision = 'float32' } = request;
  const sets = { train, trainSet: undefined, val, valSet: undefined };
  return { ...whichOf(request), ...sets, neighbours: k, device, precision };
}
