/** What is prepared of the images of a data set, what it takes on the disk, and how preparing goes. */
import { Card, Group, Stack, Text, Title } from '@mantine/core';
import type { Dataset, Job, PreparedSet } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { bytesText, countOf, countText } from '../../../ui/format.ts';
import { sideText } from '../health/report-text.ts';
import { preparedOf, preparingJob, pretrainFolders } from './prepare-order.ts';

/** Time between looks at what is prepared, ms. */
const LOOK_MS = 5000;

export function PreparedImages({ dataset }: { readonly dataset: Dataset }) {
  const folders = pretrainFolders(dataset);
  const job = useLive(({ jobs }) => preparingJob(folders, jobs));
  const isGoing = job?.state === 'waiting' || job?.state === 'running';
  const sets = useStudio('prepared.list', {}, { every: LOOK_MS }).data ?? [];
  const own = preparedOf(folders, sets);
  if (own.length === 0 && !isGoing && job?.error === undefined) return null;
  return (
    <Card withBorder component="section" aria-label="Prepared images">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Prepared images
        </Title>
        {own.map((set) => (
          <OneSet key={set.name} set={set} isBusy={isGoing} />
        ))}
        {job === undefined ? null : <Preparing job={job} />}
      </Stack>
    </Card>
  );
}

function OneSet({ set, isBusy }: { readonly set: PreparedSet; readonly isBusy: boolean }) {
  const { name, images, bytes, imageSize } = set;
  const [height, width] = imageSize;
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm">
        {countOf(images, 'image')} for views of {sideText([width, height])} pixels:{' '}
        {bytesText(bytes)}
      </Text>
      <ActionButton
        command="prepared.remove"
        input={{ name }}
        refreshes={['prepared.list']}
        disabled={isBusy}
        size="xs"
        aria-label={`Remove the images for ${sideText([width, height])} pixels`}
      >
        Remove
      </ActionButton>
    </Group>
  );
}

function Preparing({ job }: { readonly job: Job }) {
  const { id, state, progress, error } = job;
  switch (state) {
    case 'waiting':
    case 'running':
      return (
        <Group justify="space-between" gap="sm">
          <Text size="sm" role="status">
            {state === 'waiting'
              ? 'Waiting in the queue.'
              : progress === undefined
                ? 'Preparing…'
                : `Preparing: ${countText(progress.done)} of ${countOf(progress.total, 'image')}`}
          </Text>
          <ActionButton command="jobs.stop" input={{ id }} size="xs">
            Stop
          </ActionButton>
        </Group>
      );
    default:
      return <ErrorNotice error={error ?? null} title="The images could not be prepared" />;
  }
}
