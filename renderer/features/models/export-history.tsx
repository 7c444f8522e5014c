/** Earlier exports and imports with the results of their checks. */
import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useLive } from '../../state/live.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { agoText, countText } from '../../ui/format.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { JobOutcome } from './job-outcome.tsx';

const SHOWN = 5;

export function ExportHistory(props: {
  /** Reference of a model, to list only its exports. */
  readonly of?: string;
  /** A job that is shown elsewhere on the page. */
  readonly without?: string | undefined;
}) {
  const { of, without } = props;
  const [all, setAll] = useState(false);
  const jobs = useLive((state) => state.jobs)
    .filter(({ id, request }) => {
      if (id === without) return false;
      if (request.kind === 'export') return of === undefined || request.model === of;
      if (request.kind === 'embed') return of === undefined || request.from === of;
      return request.kind === 'import' && of === undefined;
    })
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  if (jobs.length === 0) return null;
  return (
    <Stack component="section" aria-label="Exports and imports" gap="sm">
      <Title order={2} size="h4">
        {of === undefined ? 'Exports and imports' : 'Exports of it'}
      </Title>
      {jobs.slice(0, all ? undefined : SHOWN).map((job) => (
        <Card key={job.id} withBorder padding="sm">
          <Stack gap="xs">
            <Group justify="space-between">
              <Group gap="sm">
                <Text fw={600}>{job.title}</Text>
                <StatusBadge status={job.state} trains={false} />
                <Text size="sm" c="dimmed">
                  {agoText(job.createdAt)}
                </Text>
              </Group>
              {job.state === 'running' || job.state === 'waiting' ? null : (
                <ActionButton
                  command="jobs.forget"
                  input={{ id: job.id }}
                  size="xs"
                  aria-label={`Dismiss ${job.title}`}
                >
                  Dismiss
                </ActionButton>
              )}
            </Group>
            <JobOutcome job={job} />
          </Stack>
        </Card>
      ))}
      {jobs.length > SHOWN && !all ? (
        <Group>
          <Button variant="default" onClick={() => setAll(true)}>
            Show all {countText(jobs.length)}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
