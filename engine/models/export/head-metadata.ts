/** What metadata of files say of a network's head, as text. */
import { defined } from '../../contract/defined.ts';
import type { Model } from '../model.ts';

export function headMetadata({
  head,
  detector,
}: Pick<Model, 'head' | 'detector'>): Record<string, string> {
  const { task, classes } = head ?? detector ?? {};
  const queries = detector && {
    queries: detector.queries,
    queryBlocks: detector.queryBlocks,
    masks: detector.masks,
  };
  return defined({
    task,
    threshold: head?.threshold?.toString(),
    classes: classes && JSON.stringify(classes),
    pooling: head?.pooling,
    detection: queries && JSON.stringify(queries),
  });
}
