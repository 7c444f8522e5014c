/** The kinds of job of this page: each has a tab with a form, and shows its result. */
import type { ComponentType } from 'react';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { CompareForm } from './compare-form.tsx';
import { ComparisonResult } from './comparison-result.tsx';
import type { Tab } from './draft.ts';
import { EvaluateForm } from './evaluate-form.tsx';
import { EvaluationView } from './evaluation-result.tsx';
import { FinetuneForm } from './finetune-form.tsx';
import { FinetuneResult } from './finetune-result.tsx';
import { KnnForm } from './tasks/knn/knn-form.tsx';
import { KnnResult } from './tasks/knn/knn-result.tsx';

interface Kind {
  readonly label: string;
  readonly Form: ComponentType;
  readonly Result: ComponentType<{ readonly job: Job }>;
}

export const KINDS: Readonly<Record<Tab, Kind>> = {
  finetune: { label: 'Fine-tune', Form: FinetuneForm, Result: FinetuneResult },
  evaluate: { label: 'Evaluate', Form: EvaluateForm, Result: EvaluationView },
  knn: { label: 'Nearest neighbours', Form: KnnForm, Result: KnnResult },
  compare: { label: 'Compare with scratch', Form: CompareForm, Result: ComparisonResult },
};
