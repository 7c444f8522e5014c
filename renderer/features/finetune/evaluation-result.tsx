/** A classifier's judgement: headlines, what it mixes up, each class, its worst mistakes as pictures. */
import { Card, Group, SimpleGrid, Stack, Table, Text, Title, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { type Evaluation, imageAddress, type Job } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countText, numberText, percentText } from '../../ui/format.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { ConfusionMatrix } from './confusion-matrix.tsx';
import { type Column, calibrationText, mostConfused, sortClasses } from './evaluation-text.ts';
import classes from './finetune.module.css';
import { Headlines } from './headline.tsx';

const SHOWN_PAIRS = 10;
const SHOWN_MISTAKES = 24;

export function EvaluationResult({ job }: { readonly job: Job }) {
  const { data, error, refetch } = useStudio('evaluations.get', { job: job.id });
  if (error !== null) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  const rate = job.result?.['imagesPerSecond'];
  return (
    <Stack>
      <Headlines
        items={[
          {
            name: 'Right at once (top-1)',
            value: data.top1.value,
            interval: [data.top1.low, data.top1.high],
          },
          ...(data.classes.length > 5
            ? [
                {
                  name: 'Among its first five (top-5)',
                  value: data.top5.value,
                  interval: [data.top5.low, data.top5.high] as const,
                },
              ]
            : []),
          {
            name: 'Mean over classes (macro F1)',
            value: data.macroF1.value,
            interval: [data.macroF1.low, data.macroF1.high],
          },
          { name: 'Mean recall', value: data.balancedAccuracy },
        ]}
      />
      <Text>
        Judged on {countText(data.images)} images of {countText(data.classes.length)} classes.{' '}
        {calibrationText(data.calibration.error)}
        {data.loss === null ? '' : ` Loss ${numberText(data.loss)}.`}
        {typeof rate === 'number' ? ` ${countText(Math.round(rate))} images a second.` : ''}
      </Text>
      <SimpleGrid cols={{ base: 1, xl: 2 }}>
        <Confusions evaluation={data} />
        <PerClass evaluation={data} />
      </SimpleGrid>
      <Mistakes evaluation={data} />
    </Stack>
  );
}

function Confusions({ evaluation }: { readonly evaluation: Evaluation }) {
  const pairs = mostConfused(evaluation, SHOWN_PAIRS);
  return (
    <Card withBorder component="section" aria-label="What is mixed up">
      <Stack>
        <Title order={2} size="h4">
          What it mixes up
        </Title>
        {pairs.length === 0 ? (
          <Text>Nothing: every image was told right.</Text>
        ) : (
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">In truth</Table.Th>
                <Table.Th scope="col">It said</Table.Th>
                <Table.Th scope="col">Images</Table.Th>
                <Table.Th scope="col">Of that class</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pairs.map(({ truth, said, images, share }) => (
                <Table.Tr key={`${truth} ${said}`}>
                  <Table.Td>{truth}</Table.Td>
                  <Table.Td>{said}</Table.Td>
                  <Table.Td>{countText(images)}</Table.Td>
                  <Table.Td>{percentText(share)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <ConfusionMatrix evaluation={evaluation} />
      </Stack>
    </Card>
  );
}

const COLUMNS: readonly [Column, string][] = [
  ['name', 'Class'],
  ['support', 'Images'],
  ['precision', 'Precision'],
  ['recall', 'Recall'],
  ['f1', 'F1'],
];

function PerClass({ evaluation }: { readonly evaluation: Evaluation }) {
  const [by, setBy] = useState<{ column: Column; descending: boolean }>({
    column: 'f1',
    descending: false,
  });
  const rows = sortClasses(evaluation.perClass, by.column, by.descending);
  const share = (value: number | null) => (value === null ? '–' : percentText(value));
  return (
    <Card withBorder component="section" aria-label="Each class">
      <Title order={2} size="h4">
        Each class
      </Title>
      <ScrollRegion label="Table of classes" height={560}>
        <Table verticalSpacing={4} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {COLUMNS.map(([column, label]) => (
                <Table.Th
                  key={column}
                  scope="col"
                  aria-sort={
                    by.column === column ? (by.descending ? 'descending' : 'ascending') : 'none'
                  }
                >
                  <UnstyledButton
                    fw={700}
                    fz="sm"
                    onClick={() =>
                      setBy({ column, descending: by.column === column ? !by.descending : false })
                    }
                  >
                    {label}
                    {by.column === column ? (by.descending ? ' ↓' : ' ↑') : ''}
                  </UnstyledButton>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ name, support, precision, recall, f1 }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  {name}
                </Table.Th>
                <Table.Td>{countText(support)}</Table.Td>
                <Table.Td>{share(precision)}</Table.Td>
                <Table.Td>{share(recall)}</Table.Td>
                <Table.Td>{share(f1)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </Card>
  );
}

function Mistakes({ evaluation }: { readonly evaluation: Evaluation }) {
  const [shown, setShown] = useState(SHOWN_MISTAKES);
  const mistakes = evaluation.mistakes.filter(({ path }) => path !== undefined);
  if (mistakes.length === 0) return null;
  const name = (at: number) => evaluation.classes[at] ?? String(at);
  return (
    <section aria-label="Mistakes">
      <Title order={2} size="h4" mb="sm">
        Its most confident mistakes
      </Title>
      <SimpleGrid cols={{ base: 2, sm: 4, lg: 6, xl: 8 }}>
        {mistakes.slice(0, shown).map(({ path, label, predicted, confidence }) => (
          <figure key={path} className={classes['mistake']!}>
            <img
              src={imageAddress(path!, 256)}
              alt={`${name(label)}, taken for ${name(predicted)}`}
              loading="lazy"
              decoding="async"
            />
            <figcaption>
              <Text size="sm">
                <b>{name(label)}</b>, it said {name(predicted)} ({percentText(confidence, 0)} sure)
              </Text>
              <Text size="xs" c="dimmed" truncate title={path}>
                {path?.split(/[\\/]/).at(-1)}
              </Text>
            </figcaption>
          </figure>
        ))}
      </SimpleGrid>
      {shown < mistakes.length ? (
        <Group mt="sm">
          <UnstyledButton td="underline" onClick={() => setShown(mistakes.length)}>
            Show all {countText(mistakes.length)}
          </UnstyledButton>
        </Group>
      ) : null}
    </section>
  );
}
