/** Offers to prepare the images of a pre-training that has waited for them, and tells how that goes. */
import { Alert, Stack, Text } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import type { Job, RunDetail } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { bytesText, countOf } from '../../../ui/format.ts';
import { useNearestRecipe } from '../configuration/use-nearest-recipe.ts';
import { RunningJob } from '../queue/running-job.tsx';
import { hasWaited, prepareRequest, preparingJob } from './prepare-request.ts';

/** As many warnings as the list of events asks for at first. */
const WARNINGS = 100;

export function PrepareOffer({ run }: { readonly run: RunDetail }) {
  const { id, preparedBytes, prepared } = run;
  const warnings = useStudio('runs.events', { id, offset: 0, count: WARNINGS, trouble: true });
  if (preparedBytes === undefined || prepared !== undefined) return null;
  if (!hasWaited(warnings.data?.items ?? [])) return null;
  return <Offer run={run} bytes={preparedBytes} />;
}

function Offer({ run, bytes }: { readonly run: RunDetail; readonly bytes: number }) {
  const jobs = useLive((state) => state.jobs);
  const nearest = useNearestRecipe(run);
  if (nearest === undefined) return null;
  const request = prepareRequest(run, nearest);
  const job = preparingJob(jobs, request);
  const isAsked = job !== undefined && ['waiting', 'running', 'done'].includes(job.state);
  return (
    <Alert icon={<IconHourglass aria-hidden />} title="Training waited for images" role="region">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          Prepared images are shrunk once to what this recipe needs, and are then read without
          decoding the files: several times as fast for large photographs. That takes at most{' '}
          {bytesText(bytes)} in the workspace; the exact number is said before anything is written.
          A run keeps reading what it began with, so start it again afterwards.
        </Text>
        {job === undefined ? null : <Preparing job={job} />}
        {isAsked ? null : (
          <ActionButton command="jobs.submit" input={request}>
            Prepare images
          </ActionButton>
        )}
      </Stack>
    </Alert>
  );
}

function Preparing({ job }: { readonly job: Job }) {
  switch (job.state) {
    case 'waiting':
      return <Text size="sm">Waiting in the queue.</Text>;
    case 'running':
      return <RunningJob job={job} />;
    case 'done':
      return (
        <Text size="sm" fw={600}>
          {countOf(Number(job.result?.['images'] ?? 0), 'image is', 'images are')} prepared. The
          next pre-training on these images with this recipe reads them.
        </Text>
      );
    case 'stopped':
      return <Text size="sm">Stopped. What was prepared is kept and used when it goes on.</Text>;
    default:
      return (
        <ErrorNotice
          error={job.error ?? { message: 'The process ended.' }}
          title="The images could not be prepared"
        />
      );
  }
}
