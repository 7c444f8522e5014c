/** The self-test of a device, which compares its results with stored ones. */
import { Group, Progress, Stack, Table, Text } from '@mantine/core';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { agoText } from '../../ui/format.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';

export function SelfTest({ device }: { readonly device: string }) {
  const job = useLive((state) =>
    state.jobs.find(({ request }) => request.kind === 'selftest' && request.device === device),
  );
  const live = job?.state === 'waiting' || job?.state === 'running';
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <ActionButton
          command="jobs.submit"
          input={{ kind: 'selftest', device }}
          size="xs"
          aria-label={`Self-test of ${device}`}
          disabled={live}
        >
          Self-test
        </ActionButton>
        <Text size="sm" role="status">
          {job === undefined
            ? 'Compares its numbers with those of the authors’ code.'
            : live
              ? job.state === 'waiting'
                ? 'It starts when the device is free.'
                : 'Computing…'
              : job.result?.['ok'] === true
                ? `Passed ${agoText(job.endedAt ?? job.createdAt)}.`
                : `Did not pass ${agoText(job.endedAt ?? job.createdAt)}.`}
        </Text>
      </Group>
      {live ? <Progress value={0} aria-label="Self-test under way" /> : null}
      {job?.error === undefined ? null : <ErrorNotice error={job.error} />}
      {job === undefined || live ? null : <Checks job={job.id} />}
    </Stack>
  );
}

function Checks({ job }: { readonly job: string }) {
  const { data } = useStudio('jobs.checks', { id: job });
  if (data === undefined || data.checks.length === 0) return null;
  return (
    <details>
      <summary>All {data.checks.length} checks</summary>
      <ScrollRegion label="Checks">
        <Table
          verticalSpacing={2}
          fz="xs"
          data={{
            head: ['Check', 'Quantity', 'Difference', 'Limit', 'Passed'],
            body: data.checks.map(({ fixture, quantity, error, limit, ok }) => [
              fixture,
              quantity,
              error?.toExponential(1) ?? 'not finite',
              limit.toExponential(1),
              ok ? 'yes' : 'no',
            ]),
          }}
        />
      </ScrollRegion>
    </details>
  );
}
