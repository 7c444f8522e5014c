/** The request of a fine-tuning, and the form fields of one. */
import type { RequestOf } from '../../../../../engine/contract/studio/index.ts';
import { type FinetuneDraft, type Suggested, trainingDraft, trainingOf } from '../../draft.ts';

export function finetuneRequest(draft: FinetuneDraft, suggested: Suggested): RequestOf<'finetune'> {
  const name = draft.name.trim();
  return {
    kind: 'finetune',
    ...(draft.fraction === 1 ? {} : { fraction: draft.fraction }),
    mode: draft.mode ?? suggested.mode,
    ...trainingOf(draft, suggested),
    ...(name === '' ? {} : { name }),
  };
}

export function finetuneDraft(request: RequestOf<'finetune'>): Partial<FinetuneDraft> {
  const { mode, fraction = 1, name = '' } = request;
  return { ...trainingDraft(request), mode, fraction, name };
}
