/** The twelve numbers of COCO, of masks and boxes side by side where a network has both. */
import { Table } from '@mantine/core';
import { COCO_SCORES, type CocoScore } from '../../../engine/contract/coco-scores.ts';
import type { ObjectsEvaluation } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { Explained } from '../../ui/explained.tsx';
import { percentText } from '../../ui/format.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { Section } from '../../ui/section.tsx';

export function ScoresTable({ evaluation }: { readonly evaluation: ObjectsEvaluation }) {
  const { boxes, masks } = evaluation;
  const parts =
    masks === null
      ? [['Boxes', boxes] as const]
      : ([
          ['Masks', masks],
          ['Boxes', boxes],
        ] as const);
  return (
    <Section title="All scores">
      <ScrollRegion label="All scores (table)" height={480}>
        <Table verticalSpacing={4} aria-label="All scores">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Score</Table.Th>
              {parts.map(([name]) => (
                <Table.Th key={name} scope="col">
                  {name} ({termOf('interval')})
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {COCO_SCORES.map((name) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  <Explained label={termOf(name)} />
                </Table.Th>
                {parts.map(([part, { scores }]) => (
                  <Table.Td key={part}>{scoreCell(scores[name])}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </Section>
  );
}

type Score = ObjectsEvaluation['boxes']['scores'][CocoScore];

function scoreCell(score: Score): string {
  // Such as of large objects, where there are none.
  if (score === null) return '–';
  const { value, low, high } = score;
  return `${percentText(value)} (${percentText(low)} to ${percentText(high)})`;
}
