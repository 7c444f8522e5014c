/** What networks are, in words. */
import type { ModelSummary } from '../../engine/contract/studio/index.ts';
import { hasPixelClasses, titleOfTask } from '../../engine/contract/tasks.ts';
import { inSentence } from '../../engine/contract/terms.ts';

type Kind = Pick<ModelSummary, 'kind' | 'task'>;

/** For example `classifier`. */
export function kindText({ kind, task }: Kind): string {
  if (kind === 'pretrained') return 'pre-trained';
  const title = hasPixelClasses(task) ? titleOfTask(task) : undefined;
  return title === undefined ? 'classifier' : inSentence(title);
}
