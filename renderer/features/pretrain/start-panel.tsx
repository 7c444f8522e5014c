/** The last section: name, device, and the command that does the same. */
import { Box, Group, Stack, Text, TextInput } from '@mantine/core';
import { NAME_LENGTH, type RequestOf } from '../../../engine/contract/studio/index.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { DeviceSelect } from '../../ui/device-select.tsx';
import { FieldLabel } from '../../ui/field-label.tsx';
import { LabelledSelect } from '../../ui/labelled-select.tsx';
import { changePretrainDraft, usePretrainDraft } from './draft.ts';
import { RanksInput } from './ranks-input.tsx';

export function StartPanel({ request }: { readonly request: RequestOf<'pretrain'> }) {
  const { device, knn, name } = usePretrainDraft();
  return (
    <Stack>
      <Group align="flex-end" grow maw={720}>
        <TextInput
          label={<FieldLabel label="Name of the run" term="run" />}
          maxLength={NAME_LENGTH}
          placeholder="for example chest X-rays, tiny"
          value={name}
          onChange={(event) => changePretrainDraft({ name: event.currentTarget.value })}
        />
        <DeviceSelect
          value={device}
          onChange={(chosen) => changePretrainDraft({ device: chosen })}
          settings={request.settings}
        />
      </Group>
      <RanksInput />
      <Box maw={720}>
        <LabelledSelect
          label="Labelled images for online kNN"
          description="Optional: the features are evaluated on them now and then; their labels are not learnt from."
          none="None"
          value={knn}
          onChange={(path) => changePretrainDraft({ knn: path })}
        />
      </Box>
      <Text size="sm">
        It can be paused, stopped and resumed, and continues without this window.
      </Text>
      {request.folders.length > 0 && request.from !== '' ? <CopyCommand request={request} /> : null}
    </Stack>
  );
}
