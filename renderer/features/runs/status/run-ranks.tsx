/** The processes that share each batch of a run: where they compute, how fast, and which one is slowest. */
import { Badge, Group, Table, Text } from '@mantine/core';
import {
  type RunDetail,
  type RunRanks,
  slowestRank,
} from '../../../../engine/contract/studio/index.ts';
import { termOf } from '../../../../engine/contract/terms.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { Explained } from '../../../ui/explained.tsx';
import { bytesText, countText, numberText, percentText } from '../../../ui/format.ts';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';
import { Section } from '../../../ui/section.tsx';

const EVERY_MS = 5000;

type Rank = RunRanks['ranks'][number];

export function RunRanksSection({ run }: { readonly run: RunDetail }) {
  const { id, status } = run;
  const isLive = status === 'running';
  const { data } = useStudio('runs.ranks', { id }, isLive ? { every: EVERY_MS } : {});
  const found = data?.found;
  if (found === undefined) return null;
  return (
    <Section title="Ranks">
      <Text size="sm" c="dimmed">
        {linkText(found)}
      </Text>
      <RankTable ranks={found.ranks} />
    </Section>
  );
}

function RankTable({ ranks }: { readonly ranks: readonly Rank[] }) {
  const slowest = slowestRank(ranks);
  const isMeasured = ranks.some(({ imagesPerSecond }) => imagesPerSecond !== undefined);
  return (
    <ScrollRegion label="List of ranks">
      <Table verticalSpacing={4} stickyHeader aria-label="Ranks" className="digits">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">
              <Explained label={termOf('rank')} />
            </Table.Th>
            <Table.Th scope="col">Host</Table.Th>
            <Table.Th scope="col">
              <Explained label={termOf('device')} />
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Threads
            </Table.Th>
            {isMeasured ? (
              <>
                <Table.Th scope="col" ta="right">
                  <Explained label={termOf('throughput')} />
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Explained label={termOf('rankWait')} />
                </Table.Th>
              </>
            ) : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ranks.map((each) => (
            <Table.Tr key={each.rank}>
              <Table.Th scope="row">
                <Group gap={6} wrap="nowrap">
                  <span>{each.rank}</span>
                  <RankNote ended={each.ended} isSlowest={each.rank === slowest} />
                </Group>
              </Table.Th>
              <Table.Td>{each.host}</Table.Td>
              <Table.Td>{each.device}</Table.Td>
              <Table.Td ta="right">{each.threads}</Table.Td>
              {isMeasured ? (
                <>
                  <Table.Td ta="right">
                    {each.imagesPerSecond === undefined ? '–' : numberText(each.imagesPerSecond, 3)}
                  </Table.Td>
                  <Table.Td ta="right">
                    {each.waitedShare === undefined ? '–' : percentText(each.waitedShare, 0)}
                  </Table.Td>
                </>
              ) : null}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}

function RankNote(props: { readonly ended: Rank['ended']; readonly isSlowest: boolean }) {
  if (props.ended === 'rank-lost')
    return (
      <Badge color="red" miw="max-content">
        lost
      </Badge>
    );
  if (props.ended === 'rank-failed')
    return (
      <Badge color="red" miw="max-content">
        failed
      </Badge>
    );
  return props.isSlowest ? (
    <Badge color="yellow" miw="max-content">
      slowest
    </Badge>
  ) : null;
}

function linkText({ ranks, library, gradientBytes, sumMs, expected }: RunRanks): string {
  const over = library === undefined ? '' : ` over ${library}`;
  const share = `${ranks.length} processes share each batch${over}.`;
  if (gradientBytes === undefined || sumMs === undefined) return share;
  const sum = `A sum of ${bytesText(gradientBytes)} of gradients takes ${numberText(sumMs, 2)} ms.`;
  if (expected === undefined) return `${share} ${sum}`;
  const { stepMs, efficiency } = expected;
  return `${share} ${sum} Expected before the first step: ${countText(Math.round(stepMs))} ms a step, with ${percentText(efficiency, 0)} of the speed of each rank alone.`;
}
