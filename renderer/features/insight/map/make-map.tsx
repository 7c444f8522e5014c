/** Makes a map of a data set, and shows how far that is. */
import { Group, NumberInput, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Job, JobRequest } from '../../../../engine/contract/studio/index.ts';
import { refreshQueries } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { ExcludedNote } from '../../../ui/excluded-note.tsx';
import { countText } from '../../../ui/format.ts';
import { LabelledSelect } from '../../../ui/labelled-select.tsx';
import { withoutExcluded } from '../../../ui/sets-of.ts';
import { SubmitJob } from '../../../ui/submit-job.tsx';

const DEFAULTS = {
  pooling: 'mean',
  count: 100_000,
  neighbours: 15,
  clusters: 20,
  seed: 0,
  device: 'auto',
} as const;

export function MakeMap(props: { readonly id: string; readonly folder: string | undefined }) {
  const { id, folder } = props;
  const [chosen, setChosen] = useState(folder ?? '');
  const [clusters, setClusters] = useState<number>(DEFAULTS.clusters);
  const datasets = useLive((state) => state.datasets);
  const job = useLive(({ jobs }) =>
    jobs.find(({ request }) => request.kind === 'map' && request.run === id),
  );
  const state = job?.state;
  useEffect(() => {
    if (state === 'done') void refreshQueries({ queryKey: ['insight.maps'] });
  }, [state]);
  const data = chosen.trim();
  const request: JobRequest | undefined =
    data === ''
      ? undefined
      : { kind: 'map', run: id, ...withoutExcluded(datasets, data), ...DEFAULTS, clusters };
  if (job !== undefined && (state === 'running' || state === 'waiting'))
    return <Making job={job} />;
  return (
    <Stack gap="sm">
      {state === 'failed' || state === 'died' ? (
        <ErrorNotice
          error={job?.error ?? { message: 'The process ended.' }}
          title="The map could not be made"
        />
      ) : null}
      <Group align="flex-start" grow preventGrowOverflow={false}>
        <LabelledSelect label="Images" value={chosen} onChange={setChosen} any />
        <NumberInput
          label="Clusters"
          min={2}
          max={500}
          value={clusters}
          onChange={(value) => setClusters(Number(value) || DEFAULTS.clusters)}
        />
      </Group>
      <ExcludedNote folder={data} />
      <SubmitJob
        request={request}
        label="Make the map"
        missing={data === '' ? 'Choose images first.' : undefined}
        onSubmitted={() => undefined}
      />
    </Stack>
  );
}

function Making({ job }: { readonly job: Job }) {
  const { done = 0, total = 0 } = job.progress ?? {};
  return (
    <Group wrap="nowrap" align="flex-end">
      <Stack gap={4} flex={1} miw={0}>
        <Text size="sm" role="status">
          {job.state === 'waiting'
            ? 'Waiting in the queue.'
            : total === 0
              ? 'Starting…'
              : `Making the map: ${countText(done)} of ${countText(total)}`}
        </Text>
        <Progress value={total === 0 ? 0 : (100 * done) / total} aria-label="Progress of the map" />
      </Stack>
      <ActionButton command="jobs.stop" input={{ id: job.id }} size="xs" flex="none">
        Stop
      </ActionButton>
    </Group>
  );
}
