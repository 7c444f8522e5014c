/** The request of an evaluation, and the form fields of one. */
import type { RequestOf } from '../../../../../engine/contract/studio/index.ts';
import type { FinetuneDraft } from '../../draft.ts';

export function evaluateRequest(draft: FinetuneDraft): RequestOf<'evaluate'> {
  const { classifier, classifierStep: checkpoint, val, device } = draft;
  return {
    kind: 'evaluate',
    model: classifier.trim(),
    data: val.trim(),
    device,
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

export function evaluateDraft(request: RequestOf<'evaluate'>): Partial<FinetuneDraft> {
  const { model, checkpoint, data, device } = request;
  return { classifier: model, classifierStep: checkpoint, val: data, device };
}
