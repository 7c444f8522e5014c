/** What pages show of networks that a task has judged. */
import type { ComponentType } from 'react';
import type { Evaluation } from '../../../../engine/contract/studio/index.ts';

export interface EvaluationProps {
  readonly evaluation: Evaluation;
  readonly imagesPerSecond: number | undefined;
}

export interface TaskPages {
  /** All of an evaluation. */
  readonly Evaluation: ComponentType<EvaluationProps>;
  /** The metrics that a run ends with. @param result the last record of its command */
  readonly Metrics: ComponentType<{ readonly result: unknown }>;
}
