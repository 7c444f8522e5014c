/** The last word before a run begins. */
import { Group, Stack, Text, TextInput } from '@mantine/core';
import type { RequestOf } from '../../../engine/contract/studio/index.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { SubmitJob } from '../../ui/submit-job.tsx';

export function StartPanel(props: {
  readonly request: RequestOf<'pretrain'>;
  readonly missing: string | undefined;
  readonly device: string;
  readonly name: string;
  readonly totalText: string;
  readonly onDevice: (device: string) => void;
  readonly onName: (name: string) => void;
  readonly onStarted: () => void;
}) {
  const { request, missing, device, name, totalText, onDevice, onName, onStarted } = props;
  return (
    <Stack>
      <Group align="flex-end" grow maw={720}>
        <TextInput
          label="Name of the run"
          placeholder="for example chest X-rays, tiny"
          value={name}
          onChange={(event) => onName(event.currentTarget.value)}
        />
        <DeviceSelect value={device} onChange={onDevice} />
      </Group>
      <Text size="sm">
        The recipe {request.recipe}, {totalText}. It can be paused, stopped and resumed at any time,
        and goes on when this window is closed.
      </Text>
      <SubmitJob
        request={missing === undefined ? request : undefined}
        label="Start"
        missing={missing}
        onSubmitted={onStarted}
      />
      {request.folders.length > 0 ? <CopyCommand request={request} /> : null}
    </Stack>
  );
}
