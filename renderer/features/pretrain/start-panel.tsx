/** The last section: name, device and Start. */
import { Group, Stack, Text, TextInput } from '@mantine/core';
import { type Job, NAME_LENGTH, type RequestOf } from '../../../engine/contract/studio/index.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { SubmitJob } from '../../ui/submit-job.tsx';

export function StartPanel(props: {
  readonly request: RequestOf<'pretrain'>;
  readonly missing: string | undefined;
  readonly device: string;
  readonly name: string;
  /** Text of the length; undefined for a package, whose recipe is not known. */
  readonly length: string | undefined;
  readonly onDevice: (device: string) => void;
  readonly onName: (name: string) => void;
  readonly onStarted: (job: Job) => void;
}) {
  const { request, missing, device, name, length, onDevice, onName, onStarted } = props;
  const what = request.from === undefined ? `The recipe ${request.recipe}` : 'It continues';
  const plan = missing === undefined && length !== undefined ? `${what}: ${length}. ` : '';
  return (
    <Stack>
      <Group align="flex-end" grow maw={720}>
        <TextInput
          label="Name of the run"
          maxLength={NAME_LENGTH}
          placeholder="for example chest X-rays, tiny"
          value={name}
          onChange={(event) => onName(event.currentTarget.value)}
        />
        <DeviceSelect value={device} onChange={onDevice} settings={request.settings} />
      </Group>
      <Text size="sm">
        {plan}It can be paused, stopped and resumed, and continues without this window.
      </Text>
      <SubmitJob
        request={missing === undefined ? request : undefined}
        label="Start"
        missing={missing}
        onSubmitted={onStarted}
      />
      {request.folders.length > 0 && request.from !== '' ? <CopyCommand request={request} /> : null}
    </Stack>
  );
}
