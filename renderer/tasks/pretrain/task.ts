/** Pre-training without labels. */
import type { TaskPages } from '../task.ts';

export const pretrain: TaskPages = {
  kind: 'pretrain',
  training: 'Pre-training',
  recipe: 'pretrain',
  stepScore: 'Token match',
  next: 'Fine-tune from this',
};
