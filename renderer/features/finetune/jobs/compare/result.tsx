/** The result of a comparison: a sentence for each gain, a figure for each training mode, and a table. */
import { Badge, List, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { type Primary, scoreFacts, scoreValueText } from '../../../../../engine/contract/scores.ts';
import type { Job } from '../../../../../engine/contract/studio/index.ts';
import { inSentence } from '../../../../../engine/contract/terms.ts';
import { UnreadableResult } from '../../../../ui/error-notice.tsx';
import { countOf } from '../../../../ui/format.ts';
import { Section } from '../../../../ui/section.tsx';
import { ComparisonFigure } from './comparison-figure.tsx';
import {
  type ComparedRow,
  comparisonSchema,
  type GainVerdict,
  gainChange,
  gainSentence,
  modeName,
  percentNumber,
  type StoredComparison,
  verdictOf,
} from './comparison-text.ts';

const VERDICTS: Readonly<Record<GainVerdict, readonly [word: string, color: string]>> = {
  better: ['helps', 'teal'],
  worse: ['harms', 'red'],
  chance: ['may be chance', 'gray'],
  untold: ['may be chance', 'gray'],
};

export function ComparisonResult({ job }: { readonly job: Job }) {
  const parsed = comparisonSchema.safeParse(job.result);
  if (!parsed.success) return <UnreadableResult what="comparison" />;
  const { primary, rows, gains } = parsed.data;
  const { title, unit } = scoreFacts(primary.name);
  const modes = [...new Set(rows.map(({ mode }) => mode))];
  const seeds = Math.max(...rows.map((row) => row.seeds));
  return (
    <Stack>
      <Section title="Did pre-training help?">
        <List>
          {gains.map((gain) => (
            <List.Item key={`${gain.fraction} ${gain.mode}`}>
              {gainSentence(parsed.data, gain, modes.length > 1)}
            </List.Item>
          ))}
        </List>
        <Text size="sm" c="dimmed" maw={720}>
          {unit === 'share' ? `Points are percentage points of ${inSentence(title)}. ` : ''}The 95 %
          intervals are over the validation images.{' '}
          {seeds === 1
            ? 'Each was trained with one seed, so the variation between seeds is not known.'
            : `Each is the mean over ${countOf(seeds, 'seed')}; their spread shows the variation between draws of the labels.`}
        </Text>
      </Section>
      <SimpleGrid cols={{ base: 1, lg: Math.min(2, modes.length) }}>
        {modes.map((mode) => (
          <Section key={mode} title={`${title}, ${modeName(mode)}`}>
            <ComparisonFigure
              primary={primary}
              label={modeName(mode)}
              rows={rows.filter((row) => row.mode === mode)}
            />
          </Section>
        ))}
      </SimpleGrid>
      <Section title="All numbers">
        <Numbers comparison={parsed.data} />
      </Section>
    </Stack>
  );
}

function Numbers({ comparison }: { readonly comparison: StoredComparison }) {
  const { primary, rows, gains } = comparison;
  const find = (fraction: number, mode: string, start: ComparedRow['start']) =>
    rows.find((row) => row.fraction === fraction && row.mode === mode && row.start === start);
  return (
    <Table.ScrollContainer minWidth={760} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing="xs" aria-label="All numbers">
        <Table.Thead>
          <Table.Tr>
            {['Labels', 'Training mode', 'From scratch', 'Pre-trained', 'Gain', ''].map((head) => (
              <Table.Th key={head} scope="col">
                {head === '' ? 'Verdict' : head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {gains.map((gain) => {
            const { fraction, mode } = gain;
            const scratch = find(fraction, mode, 'scratch');
            const [word, color] = VERDICTS[verdictOf(comparison, gain)];
            return (
              <Table.Tr key={`${fraction} ${mode}`}>
                <Table.Th scope="row" fw={400}>
                  {percentNumber(fraction)} %
                  <Text size="xs" c="dimmed">
                    {countOf(scratch?.labelled ?? 0, 'image')}
                  </Text>
                </Table.Th>
                <Table.Td>{modeName(mode)}</Table.Td>
                <Cell primary={primary} row={scratch} />
                <Cell primary={primary} row={find(fraction, mode, 'pretrained')} />
                <Table.Td>{gainChange(primary, gain)}</Table.Td>
                <Table.Td>
                  <Badge variant="outline" color={color} tt="none">
                    {word}
                  </Badge>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Cell(props: { readonly primary: Primary; readonly row: ComparedRow | undefined }) {
  const { primary, row } = props;
  if (row === undefined) return <Table.Td>–</Table.Td>;
  const { score, lowest, highest, seeds } = row;
  const text = (value: number) => scoreValueText(primary.name, value);
  return (
    <Table.Td>
      <b>{text(score.value)}</b> ({text(score.low)} to {text(score.high)})
      {seeds < 2 ? null : (
        <Text size="xs" c="dimmed">
          seeds {text(lowest)} to {text(highest)}
        </Text>
      )}
    </Table.Td>
  );
}
