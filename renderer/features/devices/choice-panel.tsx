/** The device that Automatic selects and why, with a button to check the devices. */
import { Progress, Stack, Text } from '@mantine/core';
import { IconGauge } from '@tabler/icons-react';
import type { DeviceCheck, OutputOf } from '../../../engine/contract/studio/index.ts';
import { useLive } from '../../state/live.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { agoText } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';

type Found = OutputOf<'devices.list'>;

export function ChoicePanel({ chosen, checks }: Pick<Found, 'chosen' | 'checks'>) {
  const job = useLive((state) => state.jobs.find(({ request }) => request.kind === 'devices'));
  const live = job?.state === 'waiting' || job?.state === 'running';
  return (
    <Section
      title="Automatic"
      actions={
        <ActionButton
          command="jobs.submit"
          input={{ kind: 'devices' }}
          leftSection={<IconGauge size={16} aria-hidden />}
          disabled={live}
        >
          Check now
        </ActionButton>
      }
    >
      <Stack gap="xs">
        <ChoiceText chosen={chosen} />
        <Text size="sm" c="dimmed" role="status">
          {live ? liveText(job.state, job.progress) : checkedText(checks)}
        </Text>
        {live ? <CheckProgress progress={job.progress} /> : null}
        {!live && job?.error !== undefined ? <ErrorNotice error={job.error} /> : null}
      </Stack>
    </Section>
  );
}

function ChoiceText({ chosen }: Pick<Found, 'chosen'>) {
  if (chosen === undefined)
    return (
      <Text>
        <b>No device</b> can be selected: all available devices fail their self-test. The cards
        below say what to do.
      </Text>
    );
  const { id, reason, unchecked } = chosen;
  const why = reason.slice(id.length);
  return (
    <>
      <Text>
        Selects <b>{id}</b>
        {why}.
      </Text>
      {unchecked.length === 0 ? null : (
        <Text>Devices are checked when Automatic is first used, about ten seconds each.</Text>
      )}
    </>
  );
}

type Progressing = {
  readonly done: number;
  readonly total: number;
  readonly text?: string | undefined;
};

function liveText(state: string, progress: Progressing | undefined): string {
  if (state === 'waiting') return 'The check starts when the device is free.';
  if (progress === undefined) return 'Starting the check…';
  return `${progress.text ?? 'Checking'}, ${progress.done + 1} of ${progress.total}. You can leave this page meanwhile.`;
}

function CheckProgress({ progress }: { readonly progress: Progressing | undefined }) {
  // The device that is being checked counts as half, so that the bar moves with one device too.
  const share = progress === undefined ? 0 : (progress.done + 0.5) / Math.max(1, progress.total);
  return <Progress value={100 * share} aria-label="Check of the devices" />;
}

function checkedText(checks: readonly DeviceCheck[]): string {
  const last = checks
    .map(({ checkedAt }) => checkedAt)
    .sort()
    .at(-1);
  return last === undefined
    ? '“Check now” tests whether each device computes correctly and how fast.'
    : `Last checked ${agoText(last)}. Check again after a driver update.`;
}
