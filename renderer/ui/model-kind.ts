/** What networks are, in words. */
import type { ModelSummary } from '../../engine/contract/studio/index.ts';
import {
  hasPixelClasses,
  LABELLED_TASKS,
  type LabelledTaskId,
} from '../../engine/contract/tasks.ts';
import { inSentence } from '../../engine/contract/terms.ts';

type Kind = Pick<ModelSummary, 'kind' | 'task'>;

/** For example `classifier`. */
export function kindText({ kind, task }: Kind): string {
  if (kind === 'pretrained') return 'pre-trained';
  return hasPixelClasses(task)
    ? inSentence(LABELLED_TASKS[task as LabelledTaskId].title)
    : 'classifier';
}
