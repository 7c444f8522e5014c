/** The evaluation of a network that finds objects: scores, curves, classes and the worst images. */
import { SimpleGrid, Stack, Text } from '@mantine/core';
import { objectsEvaluationSchema } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { UnreadableResult } from '../../ui/error-notice.tsx';
import { countOf } from '../../ui/format.ts';
import { Headlines, headlineOf } from '../../ui/headlines.tsx';
import type { EvaluationProps } from '../task.ts';
import { PerClass } from './per-class.tsx';
import { PrecisionRecall } from './precision-recall.tsx';
import { ScoresTable } from './scores-table.tsx';
import { WorstImages } from './worst-images.tsx';

const SHOWN = ['AP', 'AP50', 'AP75'] as const;

export function ObjectsEvaluation({ evaluation, computation }: EvaluationProps) {
  const { data } = objectsEvaluationSchema.safeParse(evaluation);
  if (data === undefined) return <UnreadableResult />;
  const { images, objects, classes, boxes, masks, withoutObjects } = data;
  const main = masks ?? boxes;
  const ofBoxes = masks === null ? null : boxes.scores.AP;
  const missing =
    withoutObjects.length === 0 ? '' : ` No object is of ${withoutObjects.join(', ')}.`;
  return (
    <>
      <Headlines
        items={[
          ...SHOWN.flatMap((name) => {
            const score = main.scores[name];
            return score === null ? [] : [headlineOf(termOf(name), score)];
          }),
          ...(ofBoxes === null ? [] : [headlineOf(termOf('boxAP'), ofBoxes)]),
        ]}
      />
      <Text>
        Evaluated on {countOf(objects, 'object')} in {countOf(images, 'image')}, with{' '}
        {countOf(classes.length, 'class', 'classes')}
        {masks === null ? '.' : '; scores are of masks unless boxes are named.'}
        {computation}
        {missing}
      </Text>
      <SimpleGrid cols={{ base: 1, xl: 2 }} style={{ alignItems: 'start' }}>
        <Stack miw={0}>
          <PrecisionRecall of={masks === null ? 'boxes' : 'masks'} curves={main.curves} />
          <ScoresTable evaluation={data} />
        </Stack>
        <Stack miw={0}>
          <PerClass title={masks === null ? 'Per class' : 'Masks per class'} rows={main.perClass} />
          {masks === null ? null : <PerClass title="Boxes per class" rows={boxes.perClass} />}
        </Stack>
      </SimpleGrid>
      <WorstImages evaluation={data} />
    </>
  );
}
