/** What metadata of files say of a network's head, as text. */
import { defined } from '../../contract/defined.ts';
import type { Model } from '../model.ts';

export function headMetadata({
  head,
  segmenter,
  detector,
}: Pick<Model, 'head' | 'segmenter' | 'detector'>): Record<string, string> {
  const { task, classes } = head ?? segmenter ?? detector ?? {};
  const labels = (segmenter ?? detector)?.labels;
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
    segmentation: segmenter && JSON.stringify(segmenter.head),
    detection: queries && JSON.stringify(queries),
    class_labels: labels && JSON.stringify(labels),
  });
}
