/** Properties of a network and the assumptions of its import. */

import { Text } from '@mantine/core';
import { statedNumber } from '../../../engine/contract/settings/stated-range.ts';
import type { ModelDetail } from '../../../engine/contract/studio/index.ts';
import { titleOfTask } from '../../../engine/contract/tasks.ts';
import { Facts } from '../../ui/facts.tsx';
import { countOf, numberText } from '../../ui/format.ts';
import { Notes } from '../../ui/notes.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { Section } from '../../ui/section.tsx';

const HEADS = { linear: 'linear head', upernet: 'UPerNet', queries: 'head of queries' } as const;

function headTitle({ task, denseHead }: ModelDetail): string {
  return (denseHead && titleOfTask(task)) ?? 'Classifier';
}

function headText({ classes, denseHead }: ModelDetail): string {
  if (classes === undefined) return 'none; it can be fine-tuned';
  const count = countOf(classes.length, 'class', 'classes');
  return denseHead === undefined ? count : `${count}, ${HEADS[denseHead]}`;
}

function rangeText({ valueRange }: ModelDetail): string {
  if (valueRange === 'type') return 'of the number type, such as 0 to 255';
  if (typeof valueRange === 'string') {
    const number = statedNumber(valueRange)!;
    return number === 1 ? 'as each file states' : `range ${number} that each file states`;
  }
  return valueRange.map(([low, high]) => `${low} to ${high}`).join('; ');
}

export function ModelFacts({ detail }: { readonly detail: ModelDetail }) {
  const { depth, embedDim, heads, channels, imageSize, patchSize, parameters, tensors } = detail;
  const numbers = (values: readonly number[]) =>
    values.map((value) => numberText(value, 3)).join(', ');
  const facts: readonly (readonly [string, string])[] = [
    [
      'Network',
      `Vision transformer, ${countOf(depth, 'block')}, width ${embedDim}, ${countOf(heads, 'head')}`,
    ],
    ['Size', `${countOf(parameters, 'parameter')} in ${countOf(tensors, 'tensor')}`],
    [
      'Images',
      `${imageSize[1]} × ${imageSize[0]} pixels, in patches of ${patchSize}; ${countOf(channels, 'channel')}`,
    ],
    ['Value range', rangeText(detail)],
    ['Channels', `mean ${numbers(detail.mean)}; standard deviation ${numbers(detail.std)}`],
    [headTitle(detail), headText(detail)],
  ];
  return (
    <Section title="Network">
      <Facts items={facts} />
      {detail.classes === undefined ? null : (
        <ScrollRegion label="Its classes" height={160}>
          <Text size="sm">{detail.classes.join(', ')}</Text>
        </ScrollRegion>
      )}
      <Notes items={detail.notes} title="Assumed when it was read" />
    </Section>
  );
}
