/** The kinds of job of this page. */
import type { JobKind, JobRequest } from '../../../../engine/contract/studio/index.ts';
import type { FinetuneDraft } from '../draft.ts';
import { CompareForm } from './compare/form.tsx';
import { compareDraft, comparedTrainings } from './compare/request.ts';
import { ComparisonResult } from './compare/result.tsx';
import { EvaluateForm } from './evaluate/form.tsx';
import { evaluateDraft } from './evaluate/request.ts';
import { EvaluationResult } from './evaluate/result.tsx';
import { FinetuneForm } from './finetune/form.tsx';
import { finetuneDraft } from './finetune/request.ts';
import { FinetuneResult } from './finetune/result.tsx';
import { KnnForm } from './knn/form.tsx';
import { knnDraft } from './knn/request.ts';
import { KnnResult } from './knn/result.tsx';
import { PartialForm } from './partial/form.tsx';
import { partialDraft, partialTrainings } from './partial/request.ts';
import { PartialResult } from './partial/result.tsx';
import type { ResultJob } from './result-job.ts';

const RESULT_JOBS: { readonly [K in JobKind]?: ResultJob<K> } = {
  finetune: {
    label: 'Fine-tune',
    what: 'fine-tuning',
    Form: FinetuneForm,
    Result: FinetuneResult,
    draft: finetuneDraft,
  },
  evaluate: {
    label: 'Evaluate',
    what: 'evaluation',
    Form: EvaluateForm,
    Result: EvaluationResult,
    draft: evaluateDraft,
  },
  knn: {
    label: 'Nearest neighbours',
    what: 'nearest neighbours',
    Form: KnnForm,
    Result: KnnResult,
    draft: knnDraft,
  },
  compare: {
    label: 'Compare with scratch',
    what: 'comparison',
    Form: CompareForm,
    Result: ComparisonResult,
    draft: compareDraft,
    trainings: comparedTrainings,
  },
  partial: {
    label: 'Tune more and more blocks',
    what: 'partial fine-tuning',
    Form: PartialForm,
    Result: PartialResult,
    draft: partialDraft,
    trainings: partialTrainings,
  },
};

/** Every kind is one of these to a page that shows all. */
type AnyResultJob = ResultJob<JobKind>;

export const TABS = Object.entries(RESULT_JOBS) as unknown as readonly [JobKind, AnyResultJob][];

export function resultJobOf({ kind }: JobRequest): AnyResultJob | undefined {
  return RESULT_JOBS[kind] as AnyResultJob | undefined;
}

/** The form fields of an earlier request, to edit and rerun it. */
export function draftOf(request: JobRequest): Partial<FinetuneDraft> | undefined {
  const job = resultJobOf(request);
  return job && { tab: request.kind, ...job.draft(request) };
}
