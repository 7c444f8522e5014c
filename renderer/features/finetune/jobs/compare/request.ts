/** The request of a comparison, and the form fields of one. */
import type { RequestOf } from '../../../../../engine/contract/studio/index.ts';
import { type FinetuneDraft, type Suggested, trainingDraft, trainingOf } from '../../draft.ts';
import type { ResultJob } from '../result-job.ts';
import { trainingsOf } from './comparison-text.ts';

export function compareRequest(draft: FinetuneDraft, suggested: Suggested): RequestOf<'compare'> {
  const { fractions, modes, seeds } = draft;
  return {
    kind: 'compare',
    fractions: [...fractions].sort((a, b) => a - b),
    modes: [...modes],
    seeds,
    ...trainingOf(draft, suggested),
  };
}

export function compareDraft(request: RequestOf<'compare'>): Partial<FinetuneDraft> {
  const { fractions, modes, seeds } = request;
  return { ...trainingDraft(request), fractions, modes, seeds };
}

export const comparedTrainings: NonNullable<ResultJob<'compare'>['trainings']> = {
  count: trainingsOf,
  rest: ({ request, results }) =>
    results === undefined ? request : { ...request, out: request.out ?? results },
};
