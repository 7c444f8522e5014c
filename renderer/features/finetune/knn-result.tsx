/** How good features are by their nearest neighbours. */
import { Card, Stack, Table, Title } from '@mantine/core';
import { z } from 'zod';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countText, percentText } from '../../ui/format.ts';
import { Headlines } from './headline.tsx';

const interval = z.tuple([z.number(), z.number()]);
const resultSchema = z.looseObject({
  top1: z.number(),
  top1Interval: interval,
  macroF1: z.number(),
  n: z.number(),
  k: z.number(),
  sweep: z.array(z.looseObject({ k: z.number(), top1: z.number() })),
});

export function KnnResult({ job }: { readonly job: Job }) {
  const parsed = resultSchema.safeParse(job.result);
  if (!parsed.success)
    return <ErrorNotice error={{ message: 'The result cannot be understood.' }} />;
  const { top1, top1Interval, macroF1, n, k, sweep } = parsed.data;
  return (
    <Stack>
      <Headlines
        items={[
          { name: `Right with ${k} neighbours (top-1)`, value: top1, interval: top1Interval },
          { name: 'Mean over classes (macro F1)', value: macroF1 },
          { name: 'Judged on', value: n, text: `${countText(n)} images` },
        ]}
      />
      <Card withBorder maw={480}>
        <Title order={2} size="h4">
          With more and fewer neighbours
        </Title>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Neighbours</Table.Th>
              <Table.Th scope="col">Top-1</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {[...sweep]
              .sort((a, b) => a.k - b.k)
              .map((entry) => (
                <Table.Tr key={entry.k}>
                  <Table.Td>{countText(entry.k)}</Table.Td>
                  <Table.Td>{percentText(entry.top1)}</Table.Td>
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </Card>
    </Stack>
  );
}
