/** The evaluation of a network that gives each pixel a class: scores, and those of each class. */
import { Text } from '@mantine/core';
import type { z } from 'zod';
import { segmentEvaluationSchema } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countColumn, shareColumn } from '../../ui/columns.ts';
import type { Column } from '../../ui/data-table.tsx';
import { UnreadableResult } from '../../ui/error-notice.tsx';
import { countOf, countText } from '../../ui/format.ts';
import { Headlines, headlineOf } from '../../ui/headlines.tsx';
import { ClassScores } from '../class-scores.tsx';
import type { EvaluationProps } from '../task.ts';

type SegmentResult = z.infer<typeof segmentEvaluationSchema>;
type Row = SegmentResult['perClass'][number];

const SHOWN = ['mIoU', 'pixelAccuracy', 'meanAccuracy', 'boundaryF'] as const;

const COLUMNS: readonly Column<Row>[] = [
  { label: 'Class', sort: ({ name }) => name, cell: ({ name }) => name },
  countColumn('Pixels', ({ truePixels }) => truePixels),
  countColumn(termOf('predicted'), ({ predictedPixels }) => predictedPixels),
  shareColumn(termOf('iou'), ({ iou }) => iou),
  shareColumn(termOf('recall'), ({ accuracy }) => accuracy),
  shareColumn(termOf('boundaryF'), ({ boundaryF }) => boundaryF),
];

export function SegmentEvaluation({ evaluation, computation }: EvaluationProps) {
  const { data } = segmentEvaluationSchema.safeParse(evaluation);
  if (data === undefined) return <UnreadableResult />;
  const { images, pixels, classes, scores, perClass, withoutPixels } = data;
  return (
    <>
      <Headlines
        items={SHOWN.flatMap((name) => {
          const score = scores[name];
          return score === null ? [] : [headlineOf(termOf(name), score)];
        })}
      />
      <Text>
        Evaluated on {countText(pixels)} labelled pixels of {countOf(images, 'image')}, with{' '}
        {countOf(classes.length, 'class', 'classes')}.{computation}
        {withoutPixels.length === 0 ? '' : ` No labelled pixel has ${withoutPixels.join(', ')}.`}
      </Text>
      <ClassScores title="Per class" columns={COLUMNS} rows={perClass} score={termOf('iou')} />
    </>
  );
}
