/** Calibration: accuracy and mean confidence of each confidence bin. */
import { Table, Text } from '@mantine/core';
import { calibrationText, confidenceGap } from '../../../engine/contract/calibration-text.ts';
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countText, percentText } from '../../ui/format.ts';
import { IntervalBar } from '../../ui/interval-bar.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './classify.module.css';
import { reliabilityBins } from './evaluation-text.ts';

export function ReliabilityTable({ evaluation }: { readonly evaluation: ClassifierEvaluation }) {
  const bins = reliabilityBins(evaluation.calibration);
  return (
    <Section title={termOf('calibration')}>
      <Text>{calibrationText(evaluation.calibration.error, confidenceGap(bins))}.</Text>
      {bins.length === 0 ? null : (
        <Table verticalSpacing={4} aria-label="Confidence and accuracy">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{termOf('confidence')}</Table.Th>
              <Table.Th scope="col">Images</Table.Th>
              <Table.Th scope="col">{termOf('accuracy')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {bins.map(({ from, to, images, accuracy, confidence }) => (
              <Table.Tr key={from}>
                <Table.Th scope="row" fw={400}>
                  {percentText(from, 0)} to {percentText(to, 0)}
                </Table.Th>
                <Table.Td>{countText(images)}</Table.Td>
                <Table.Td>
                  <div className={classes['reliability']!}>
                    <IntervalBar value={confidence} low={0} high={accuracy} />
                    <span>{percentText(accuracy, 0)}</span>
                  </div>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Text size="sm" c="dimmed">
        Bar: accuracy. Line: mean confidence; calibrated where both meet.
      </Text>
    </Section>
  );
}
