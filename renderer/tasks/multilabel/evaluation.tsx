/** The evaluation of a network for several labels an image: metrics, and those of each label. */
import { Text } from '@mantine/core';
import {
  type LabelsEvaluation,
  labelsEvaluationSchema,
} from '../../../engine/contract/studio/index.ts';
import { countColumn, shareColumn } from '../../ui/columns.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { UnreadableResult } from '../../ui/error-notice.tsx';
import { countText, numberText } from '../../ui/format.ts';
import { Headlines } from '../../ui/headlines.tsx';
import { Section } from '../../ui/section.tsx';
import type { EvaluationProps } from '../task.ts';

type Row = LabelsEvaluation['perClass'][number];

const COLUMNS: readonly Column<Row>[] = [
  { label: 'Label', sort: ({ name }) => name, cell: ({ name }) => name },
  countColumn('Images', ({ support }) => support),
  countColumn('Predicted', ({ predicted }) => predicted),
  shareColumn('Average precision', ({ averagePrecision }) => averagePrecision),
  shareColumn('Recall', ({ recall }) => recall),
  shareColumn('Precision', ({ precision }) => precision),
  shareColumn('F1', ({ f1 }) => f1),
];

export function MultilabelEvaluation({ evaluation, imagesPerSecond }: EvaluationProps) {
  const { data } = labelsEvaluationSchema.safeParse(evaluation);
  if (data === undefined) return <UnreadableResult />;
  const { images, classes, threshold, mAP, macroF1, microF1, loss, withoutImages } = data;
  return (
    <>
      <Headlines
        items={[
          { name: 'Mean average precision', value: mAP.value, interval: [mAP.low, mAP.high] },
          { name: 'Macro F1', value: macroF1.value, interval: [macroF1.low, macroF1.high] },
          { name: 'Micro F1', value: microF1.value, interval: [microF1.low, microF1.high] },
        ]}
      />
      <Text>
        Evaluated on {countText(images)} images, each with any of {countText(classes.length)}{' '}
        labels. Loss {numberText(loss)}.
        {imagesPerSecond === undefined
          ? ''
          : ` Throughput ${countText(Math.round(imagesPerSecond))} images/s.`}
        {withoutImages.length === 0
          ? ''
          : ` No image has ${withoutImages.join(', ')}: left out of mean average precision.`}
      </Text>
      <Section title="Each label">
        <Text size="sm" c="dimmed">
          Average precision is over all thresholds. Predicted images, recall, precision and F1 are
          those of labels with a probability of at least {threshold}.
        </Text>
        <DataTable
          label="Each label"
          columns={COLUMNS}
          rows={data.perClass}
          rowKey={({ name }) => name}
          order={{ column: 'Average precision', descending: false }}
          height={640}
        />
      </Section>
    </>
  );
}
