/** What pages show of a task: of its runs, and of networks that it has judged. */
import type { ComponentType } from 'react';
import type { Evaluation, RunDetail, RunSummary } from '../../engine/contract/studio/index.ts';
import type { RecipeKind } from '../../engine/contract/tasks.ts';
import { termOf } from '../../engine/contract/terms.ts';

export interface EvaluationProps {
  readonly evaluation: Evaluation;
  /** Sentences about how it was computed, to be appended, or empty. */
  readonly computation: string;
}

export interface TaskPages {
  readonly kind: RunSummary['kind'];
  /** What its training is called, at the beginning of a sentence. */
  readonly training: string;
  readonly recipe: RecipeKind;
  /** The name of the score of a training step. */
  readonly stepScore: string;
  /** How many outcomes of a training step its score is a share of, if it is one. */
  outcomes?(recipe: RunDetail['recipe']): number;
  /** The next step with the network of a run, on a button. */
  readonly next: string;
  /** All of an evaluation, for tasks that evaluate on labelled images. */
  readonly Evaluation?: ComponentType<EvaluationProps>;
  /** The metrics that a run ends with. @param result the last record of its command */
  readonly Metrics?: ComponentType<{ readonly result: unknown }>;
}

/** What all tasks that are learnt from labels have in common, also those of another version. */
export const LABELLED_PAGES: TaskPages = {
  kind: 'finetune',
  training: 'Fine-tuning',
  recipe: 'finetune',
  stepScore: termOf('trainingScore'),
  next: 'Evaluate this',
};
