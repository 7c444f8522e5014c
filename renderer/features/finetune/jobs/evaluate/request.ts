/** The request of an evaluation, and the form fields of one. */
import { defined } from '../../../../../engine/contract/defined.ts';
import { denseLabelsOf } from '../../../../../engine/contract/dense-labels.ts';
import type { RequestOf } from '../../../../../engine/contract/studio/index.ts';
import { requestedPrecision } from '../../../../ui/precisions.ts';
import type { FinetuneDraft } from '../../draft.ts';

export function evaluateRequest(draft: FinetuneDraft): RequestOf<'evaluate'> {
  const { classifier, classifierStep: checkpoint, val, split, dense, device, precision } = draft;
  return {
    kind: 'evaluate',
    model: classifier.trim(),
    data: val.trim(),
    ...defined({ split, checkpoint }),
    ...denseLabelsOf(dense),
    device,
    ...requestedPrecision(precision),
  };
}

export function evaluateDraft(request: RequestOf<'evaluate'>): Partial<FinetuneDraft> {
  const { model, checkpoint, data, split, device, precision = 'float32' } = request;
  const dense = denseLabelsOf(request) ?? {};
  return {
    classifier: model,
    classifierStep: checkpoint,
    val: data,
    valSet: undefined,
    split,
    dense,
    device,
    precision,
  };
}
