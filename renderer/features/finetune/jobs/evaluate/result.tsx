/** The result of an evaluation, as its task shows it. */
import type { Job } from '../../../../../engine/contract/studio/index.ts';
import { EvaluationView } from '../../../../tasks/evaluation-view.tsx';

export function EvaluationResult({ job: { id, result } }: { readonly job: Job }) {
  return <EvaluationView of={{ job: id }} imagesPerSecond={result?.['imagesPerSecond']} />;
}
