/** Which channels of the images are shown, and which of their values are black and white. */
import { Group, TextInput } from '@mantine/core';
import { type ChannelFields, channelProblems } from './channel-fields.ts';

export function ChannelView(props: {
  readonly fields: ChannelFields;
  /** Most channels of the images. */
  readonly channels: number;
  readonly onChange: (fields: ChannelFields) => void;
}) {
  const { fields, channels, onChange } = props;
  const problems = channelProblems(fields, channels);
  return (
    <Group align="flex-start" gap="md">
      {channels < 2 ? null : (
        <TextInput
          label="Channels shown"
          description={`Red, green and blue, or one in grey; from 1 to ${channels}.`}
          placeholder={channels < 3 ? '1' : '1,2,3'}
          value={fields.channels}
          error={problems.channels}
          onChange={(event) => onChange({ ...fields, channels: event.currentTarget.value })}
          w={260}
        />
      )}
      <TextInput
        label="Window"
        description="Values that are black and white: LOW,HIGH, or metadata:2 for the second window of each file."
        placeholder="of each image"
        value={fields.window}
        error={problems.window}
        onChange={(event) => onChange({ ...fields, window: event.currentTarget.value })}
        w={260}
      />
    </Group>
  );
}
