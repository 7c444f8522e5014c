/** Exports and imports that were made, and what checking them gave. */
import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { useStudioAction } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { ErrorNotice, tellError } from '../../ui/error-notice.tsx';
import { agoText, bytesText, countText } from '../../ui/format.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { differenceText } from './formats.ts';
import { importSentences } from './import-text.ts';

const SHOWN = 10;

/** @param of only those of one model */
export function ExportHistory({ of }: { readonly of?: string }) {
  const forget = useStudioAction('jobs.forget');
  const jobs = useLive((state) => state.jobs)
    .filter(({ request }) => {
      if (request.kind === 'export') return of === undefined || request.model === of;
      if (request.kind === 'embed') return of === undefined || request.from === of;
      return request.kind === 'import' && of === undefined;
    })
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    .slice(0, SHOWN);
  if (jobs.length === 0) return null;
  return (
    <Stack component="section" aria-label="Exports and imports" gap="sm">
      <Title order={2} size="h4">
        {of === undefined ? 'Exports and imports' : 'Exports of it'}
      </Title>
      {jobs.map((job) => (
        <Card key={job.id} withBorder padding="sm">
          <Group justify="space-between">
            <Group gap="sm">
              <Text fw={600}>{job.title}</Text>
              <StatusBadge
                status={job.state}
                {...(job.state === 'running' ? { word: 'at work' } : {})}
              />
              <Text size="sm" c="dimmed">
                {agoText(job.createdAt)}
              </Text>
            </Group>
            {job.state === 'running' || job.state === 'waiting' ? null : (
              <Button
                size="xs"
                variant="default"
                onClick={() => forget.mutate({ id: job.id }, { onError: tellError })}
              >
                Take off the list
              </Button>
            )}
          </Group>
          <JobOutcome job={job} />
        </Card>
      ))}
    </Stack>
  );
}

export function JobOutcome({ job }: { readonly job: Job }) {
  const { state, error, result, request } = job;
  if (state === 'waiting' || state === 'running')
    return (
      <Text role="status">
        {state === 'waiting' ? 'Starts in a moment.' : 'Writing, reading back, comparing…'}
      </Text>
    );
  if (error !== undefined) return <ErrorNotice error={error} />;
  if (state !== 'done' || result === undefined) return null;
  const path = pathOf(result);
  const { tensors, bytes, largestDifference, images, width } = result as Record<string, unknown>;
  return (
    <Alert
      color="teal"
      variant="light"
      icon={<IconCheck aria-hidden />}
      title="Written and checked"
    >
      <Stack gap={4}>
        {typeof tensors === 'number' ? (
          <Text size="sm">
            {countText(tensors)} tensors, {bytesText(Number(bytes))}.{' '}
            {typeof largestDifference === 'number' ? differenceText(largestDifference) : ''}
          </Text>
        ) : null}
        {typeof images === 'number' ? (
          <Text size="sm">
            {countText(images)} images, {countText(Number(width))} numbers each.
          </Text>
        ) : null}
        {request.kind === 'import'
          ? importSentences(result).map((sentence) => (
              <Text key={sentence} size="sm">
                {sentence}
              </Text>
            ))
          : null}
        {path === undefined ? null : (
          <Group gap="sm">
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {path}
            </Text>
            {desktop === undefined ? null : (
              <Button
                size="xs"
                variant="default"
                onClick={() => void desktop?.reveal(path).catch(tellError)}
              >
                Show in folder
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

function pathOf(result: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof result['path'] === 'string') return result['path'];
  const files = result['files'];
  return Array.isArray(files) && typeof files[0] === 'string' ? files[0] : undefined;
}
