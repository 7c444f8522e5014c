/** The evaluation of a network for several labels an image: metrics, and those of each label. */
import { Text } from '@mantine/core';
import {
  type LabelsEvaluation,
  labelsEvaluationSchema,
} from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countColumn, shareColumn } from '../../ui/columns.ts';
import type { Column } from '../../ui/data-table.tsx';
import { UnreadableResult } from '../../ui/error-notice.tsx';
import { countOf, numberText } from '../../ui/format.ts';
import { Headlines, headlineOf } from '../../ui/headlines.tsx';
import { ClassScores } from '../class-scores.tsx';
import { namesColumn } from '../evaluated-images.tsx';
import type { EvaluationProps } from '../task.ts';
import { LabelMistakes } from './mistakes.tsx';

type Row = LabelsEvaluation['perClass'][number];

const COLUMNS: readonly Column<Row>[] = [
  namesColumn('Label'),
  countColumn('Images', ({ support }) => support),
  countColumn(termOf('predicted'), ({ predicted }) => predicted),
  shareColumn(termOf('averagePrecision'), ({ averagePrecision }) => averagePrecision),
  shareColumn(termOf('recall'), ({ recall }) => recall),
  shareColumn(termOf('precision'), ({ precision }) => precision),
  shareColumn(termOf('f1'), ({ f1 }) => f1),
];

export function MultilabelEvaluation({ evaluation, computation }: EvaluationProps) {
  const { data } = labelsEvaluationSchema.safeParse(evaluation);
  if (data === undefined) return <UnreadableResult />;
  const { images, classes, threshold, mAP, macroF1, microF1, loss, withoutImages } = data;
  return (
    <>
      <Headlines
        items={[
          headlineOf(termOf('mAP'), mAP),
          headlineOf(termOf('macroF1'), macroF1),
          headlineOf(termOf('microF1'), microF1),
        ]}
      />
      <Text>
        Evaluated on {countOf(images, 'image')}, each with any of {countOf(classes.length, 'label')}
        . Loss {numberText(loss)}.{computation}
        {withoutImages.length === 0
          ? ''
          : ` No image has ${withoutImages.join(', ')}: left out of mean average precision.`}
      </Text>
      <ClassScores
        title="Per label"
        about={`Average precision is over all thresholds. Predicted images, recall, precision and F1 are those of labels with a probability of at least ${threshold}.`}
        columns={COLUMNS}
        rows={data.perClass}
        score={termOf('averagePrecision')}
      />
      <LabelMistakes />
    </>
  );
}
