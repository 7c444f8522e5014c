/** Pre-trained against from scratch: sentences, a figure, a table. */
import { Card, List, SimpleGrid, Stack, Table, Title } from '@mantine/core';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countText, percentText } from '../../ui/format.ts';
import { ComparisonFigure } from './comparison-figure.tsx';
import {
  type ComparisonRow,
  comparisonSchema,
  gainSentence,
  gainText,
  modeText,
} from './comparison-text.ts';

export function ComparisonResult({ job }: { readonly job: Job }) {
  const parsed = comparisonSchema.safeParse(job.result);
  if (!parsed.success)
    return <ErrorNotice error={{ message: 'The result cannot be understood.' }} />;
  const { rows, gains } = parsed.data;
  const modes = [...new Set(rows.map(({ mode }) => mode))];
  const find = (fraction: number, mode: string, start: ComparisonRow['start']) =>
    rows.find((row) => row.fraction === fraction && row.mode === mode && row.start === start);
  return (
    <Stack>
      <List>
        {gains.map((gain) => (
          <List.Item key={`${gain.fraction} ${gain.mode}`}>{gainSentence(gain)}</List.Item>
        ))}
      </List>
      <SimpleGrid cols={{ base: 1, lg: Math.min(2, modes.length) }}>
        {modes.map((mode) => (
          <Card key={mode} withBorder>
            <Title order={2} size="h4">
              Top-1, {modeText(mode)}
            </Title>
            <ComparisonFigure rows={rows.filter((row) => row.mode === mode)} />
          </Card>
        ))}
      </SimpleGrid>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {['Labels', 'Images', 'What learns', 'From scratch', 'Pre-trained', 'Gain'].map(
              (head) => (
                <Table.Th key={head} scope="col">
                  {head}
                </Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {gains.map((gain) => {
            const scratch = find(gain.fraction, gain.mode, 'scratch');
            const trained = find(gain.fraction, gain.mode, 'pretrained');
            return (
              <Table.Tr key={`${gain.fraction} ${gain.mode}`}>
                <Table.Td>{percentText(gain.fraction, 0)}</Table.Td>
                <Table.Td>{countText(scratch?.labelled ?? 0)}</Table.Td>
                <Table.Td>{modeText(gain.mode)}</Table.Td>
                <Table.Td>{cellText(scratch)}</Table.Td>
                <Table.Td>{cellText(trained)}</Table.Td>
                <Table.Td>{gainText(gain)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function cellText(row: ComparisonRow | undefined): string {
  if (row === undefined) return '–';
  const { top1, lowest, highest } = row;
  const spread = `seeds ${percentText(lowest)} to ${percentText(highest)}`;
  return `${percentText(top1.value)} (${percentText(top1.low)} to ${percentText(top1.high)}; ${spread})`;
}
