/** The error of a failed run, its log, and advice. */
import { Alert, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ErrorCode } from '../../../../engine/contract/error-codes.ts';
import { type RunDetail, resumedRun } from '../../../../engine/contract/studio/index.ts';
import { useLive } from '../../../state/live.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { countText } from '../../../ui/format.ts';
import { pageWords } from '../../../ui/page-words.ts';
import { LogLines } from '../events/log-lines.tsx';

export function RunFailure({ run }: { readonly run: RunDetail }) {
  const job = useLive((state) => state.jobs.find(({ id }) => id === run.job));
  const resumed = useLive((state) =>
    state.jobs.find(({ request }) => resumedRun(request) === run.id),
  );
  const busy = run.status === 'running' || run.status === 'paused' || run.status === 'created';
  if (busy) return null;
  const ended = run.status === 'died' || run.status === 'failed';
  // The run itself is unchanged; only the attempt to resume it failed.
  const refused = resumed?.state === 'failed' && resumed.run === undefined ? resumed : undefined;
  return (
    <>
      {refused === undefined ? null : (
        <ResumeFailed run={run.id} error={refused.error ?? { message: 'It ended.' }} />
      )}
      {ended ? (
        <Ended run={run} advice={job?.error?.advice} lines={run.lastLines ?? job?.lastLines} />
      ) : null}
    </>
  );
}

function Ended(props: {
  readonly run: RunDetail;
  readonly advice: string | undefined;
  readonly lines: readonly string[] | undefined;
}) {
  const { run, advice, lines } = props;
  const died = run.status === 'died';
  const last = run.checkpoints.at(-1);
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={
        died ? 'Process exited unexpectedly' : pageWords(run.reason?.message ?? 'The run failed')
      }
    >
      <Text size="sm">
        {died ? 'A crash, a power cut or lack of memory can cause this. ' : ''}
        {died || advice === undefined ? '' : `${pageWords(advice)} `}
        {last === undefined
          ? 'It has no checkpoint, so it has to be started again.'
          : `The newest checkpoint is of step ${countText(last.step)}; Resume continues from it.`}
      </Text>
      {lines === undefined || lines.length === 0 ? null : (
        <>
          <Text size="sm" mt="xs" fw={600}>
            Log
          </Text>
          <LogLines lines={lines} />
        </>
      )}
    </Alert>
  );
}

function ResumeFailed({
  run,
  error,
}: {
  readonly run: string;
  readonly error: { message: string; code?: ErrorCode };
}) {
  return (
    <>
      <ErrorNotice error={error} title="It could not be resumed" />
      {error.code === 'dataset-changed' ? (
        <Group>
          <ActionButton
            command="jobs.submit"
            input={{ kind: 'resume', run, acceptChangedData: true }}
          >
            Resume with the changed images
          </ActionButton>
        </Group>
      ) : null}
    </>
  );
}
