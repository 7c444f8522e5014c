/** Builds an index of the patches of a data set, and shows how far that is. */
import { Group, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { defined } from '../../../../engine/contract/defined.ts';
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

const WORDS = 64;

export function BuildIndex(props: { readonly id: string; readonly folder: string | undefined }) {
  const { id, folder } = props;
  const [chosen, setChosen] = useState(folder ?? '');
  const datasets = useLive((state) => state.datasets);
  const job = useLive(({ jobs }) =>
    jobs.find(({ request }) => request.kind === 'lookup' && request.run === id),
  );
  const state = job?.state;
  useEffect(() => {
    if (state === 'done') void refreshQueries({ predicate: isLookup });
  }, [state]);
  const data = chosen.trim();
  const { exclude } = withoutExcluded(datasets, data);
  const request: JobRequest | undefined =
    data === ''
      ? undefined
      : {
          ...{ kind: 'lookup', run: id, build: data, words: WORDS, device: 'auto' },
          ...defined({ exclude }),
        };
  if (job !== undefined && (state === 'running' || state === 'waiting'))
    return <Building job={job} />;
  return (
    <Stack gap="sm">
      {state === 'failed' || state === 'died' ? (
        <ErrorNotice
          error={job?.error ?? { message: 'The process ended.' }}
          title="The index could not be built"
        />
      ) : null}
      <LabelledSelect label="Images" value={chosen} onChange={setChosen} any />
      <ExcludedNote folder={data} />
      <SubmitJob
        request={request}
        label="Build the index"
        missing={data === '' ? 'Choose images first.' : undefined}
        onSubmitted={() => undefined}
      />
    </Stack>
  );
}

function isLookup({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean {
  return String(queryKey[0]).startsWith('insight.lookup');
}

function Building({ job }: { readonly job: Job }) {
  const { done = 0, total = 0 } = job.progress ?? {};
  return (
    <Group wrap="nowrap" align="flex-end">
      <Stack gap={4} flex={1} miw={0}>
        <Text size="sm" role="status">
          {job.state === 'waiting'
            ? 'Waiting in the queue.'
            : total === 0
              ? 'Starting…'
              : `Building: ${countText(done)} of ${countText(total)}`}
        </Text>
        <Progress
          value={total === 0 ? 0 : (100 * done) / total}
          aria-label="Progress of the index"
        />
      </Stack>
      <ActionButton command="jobs.stop" input={{ id: job.id }} size="xs" flex="none">
        Stop
      </ActionButton>
    </Group>
  );
}
