/** The request of a comparison, and the form fields of one. */
import type { RequestOf } from '../../../../../engine/contract/studio/index.ts';
import {
  type FinetuneDraft,
  labelledOf,
  labelsOf,
  networkOf,
  type Suggested,
  trainingOf,
  whichOf,
} from '../../draft.ts';
import type { ResultJob } from '../result-job.ts';
import { trainingsOf } from './comparison-text.ts';

export function compareRequest(draft: FinetuneDraft, suggested: Suggested): RequestOf<'compare'> {
  const { fractions, modes, seeds } = draft;
  return {
    kind: 'compare',
    ...networkOf(draft),
    ...labelledOf(draft, suggested),
    fractions: [...fractions].sort((a, b) => a - b),
    modes: [...modes],
    seeds,
    ...trainingOf(draft, suggested),
  };
}

export function compareDraft(request: RequestOf<'compare'>): Partial<FinetuneDraft> {
  const { fractions, modes, seeds } = request;
  return { ...whichOf(request), ...labelsOf(request), fractions, modes, seeds };
}

export const comparedTrainings: NonNullable<ResultJob<'compare'>['trainings']> = {
  count: trainingsOf,
  rest: ({ request, results }) =>
    results === undefined ? request : { ...request, out: request.out ?? results },
};
