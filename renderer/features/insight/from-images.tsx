/** What a job makes of chosen images with a run's network: its form, and how far it is. */
import { Group, Progress, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { Job, JobRequest } from '../../../engine/contract/studio/index.ts';
import { useLive } from '../../state/live.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ExcludedNote } from '../../ui/excluded-note.tsx';
import { countText } from '../../ui/format.ts';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { withoutExcluded } from '../../ui/sets-of.ts';
import { SubmitJob } from '../../ui/submit-job.tsx';

export interface MakingWords {
  readonly button: string;
  /** What is done, as in "Making the map". */
  readonly doing: string;
  /** What is made, as in "the map". */
  readonly made: string;
  readonly failed: string;
}

export function FromImages(props: {
  readonly kind: 'lookup' | 'map';
  readonly run: string;
  /** Chosen first. */
  readonly folder: string | undefined;
  readonly words: MakingWords;
  readonly requestFor: (images: ReturnType<typeof withoutExcluded>) => JobRequest;
  readonly onMade: () => void;
  /** Other fields, beside that of the images. */
  readonly children?: ReactNode;
}) {
  const { kind, run, folder, words, requestFor, onMade, children } = props;
  const [chosen, setChosen] = useState(folder ?? '');
  const datasets = useLive((state) => state.datasets);
  const job = useLive(({ jobs }) =>
    jobs.find(({ request }) => request.kind === kind && request.run === run),
  );
  const state = job?.state;
  useEffect(() => {
    if (state === 'done') onMade();
  }, [state, onMade]);
  const data = chosen.trim();
  if (job !== undefined && (state === 'running' || state === 'waiting'))
    return <Making job={job} words={words} />;
  return (
    <Stack gap="sm">
      {state === 'failed' || state === 'died' ? (
        <ErrorNotice error={job?.error ?? { message: 'The process ended.' }} title={words.failed} />
      ) : null}
      <Group align="flex-start" grow preventGrowOverflow={false}>
        <LabelledSelect label="Images" value={chosen} onChange={setChosen} any />
        {children}
      </Group>
      <ExcludedNote folder={data} />
      <SubmitJob
        request={data === '' ? undefined : requestFor(withoutExcluded(datasets, data))}
        label={words.button}
        missing={data === '' ? 'Choose images first.' : undefined}
        onSubmitted={() => undefined}
      />
    </Stack>
  );
}

function Making({ job, words }: { readonly job: Job; readonly words: MakingWords }) {
  const { done = 0, total = 0 } = job.progress ?? {};
  return (
    <Group wrap="nowrap" align="flex-end">
      <Stack gap={4} flex={1} miw={0}>
        <Text size="sm" role="status">
          {job.state === 'waiting'
            ? 'Waiting in the queue.'
            : total === 0
              ? 'Starting…'
              : `${words.doing}: ${countText(done)} of ${countText(total)}`}
        </Text>
        <Progress
          value={total === 0 ? 0 : (100 * done) / total}
          aria-label={`Progress of ${words.made}`}
        />
      </Stack>
      <ActionButton command="jobs.stop" input={{ id: job.id }} size="xs" flex="none">
        Stop
      </ActionButton>
    </Group>
  );
}
