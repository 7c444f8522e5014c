/** What was judged before, newest first. */
import { Table, Title } from '@mantine/core';
import { Link } from 'wouter';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { useLive } from '../../state/live.ts';
import { agoText, percentText } from '../../ui/format.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';

const KINDS = new Set<Job['request']['kind']>(['evaluate', 'knn', 'compare', 'finetune']);
const SHOWN = 50;

export function ResultList() {
  const jobs = useLive((state) => state.jobs)
    .filter(({ request }) => KINDS.has(request.kind))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    .slice(0, SHOWN);
  if (jobs.length === 0) return null;
  return (
    <section aria-label="Results">
      <Title order={2} size="h4" mb="sm">
        Results
      </Title>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {['What', 'State', 'Top-1', 'When'].map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.map((job) => (
            <Table.Tr key={job.id}>
              <Table.Td>
                <Link href={addressOf(job)}>{job.title}</Link>
              </Table.Td>
              <Table.Td>
                <StatusBadge
                  status={job.state}
                  {...(job.state === 'running' ? { word: 'at work' } : {})}
                />
              </Table.Td>
              <Table.Td>{top1Text(job)}</Table.Td>
              <Table.Td>{agoText(job.createdAt)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function addressOf({ id, request, run }: Job): string {
  return request.kind === 'finetune' && run !== undefined
    ? `/runs/${encodeURIComponent(run)}`
    : `/finetune/results/${id}`;
}

function top1Text({ result }: Job): string {
  const top1 = result?.['top1'];
  return typeof top1 === 'number' ? percentText(top1) : '–';
}
