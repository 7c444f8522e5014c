/** The dialog to choose how files of a data set are divided: into tiles, or the positions of a stack. */
import { Checkbox, NumberInput, Radio, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import {
  STACK_CHANNELS,
  type StackChannels,
  USUAL_STACKS,
} from '../../../../engine/contract/settings/stack-channels.ts';
import { TILE_SIDE } from '../../../../engine/contract/settings/tiling.ts';
import type { Dataset } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import {
  DIVISIONS,
  type Division,
  type TileFields,
  tileFieldsOf,
  tileProblems,
  tilesTextOf,
} from './tile-fields.ts';

export function TilesDialog(props: { readonly dataset: Dataset; readonly onClose: () => void }) {
  const { dataset, onClose } = props;
  const [fields, setFields] = useState(() => tileFieldsOf(dataset.tiles ?? 'auto'));
  const [stackChannels, setStackChannels] = useState(dataset.stackChannels ?? USUAL_STACKS);
  const divide = useStudioAction('datasets.divide');
  const tiles = tilesTextOf(fields);
  const change = (changed: Partial<TileFields>) => setFields({ ...fields, ...changed });
  return (
    <FormDialog
      opened
      title="Tiles and stacks"
      submit="Scan again"
      size="lg"
      onSubmit={() =>
        divide.mutate(
          { id: dataset.id, tiles: tiles ?? 'auto', stackChannels },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
      action={divide}
      disabled={tiles === undefined}
    >
      <Text size="sm" c="dimmed">
        A large TIFF image, such as a whole slide or a satellite scene, can be read as tiles, each
        of which is an image of the set. Tiles that show nothing are left out and counted. Trainings
        on this data set divide its images in the same way.
      </Text>
      <Radio.Group
        label="Images that are divided"
        value={fields.division}
        onChange={(division) => change({ division: division as Division })}
      >
        <Stack gap="xs" mt="xs">
          {Object.entries(DIVISIONS).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Stack>
      </Radio.Group>
      {fields.division === 'size' ? <GridFields fields={fields} onChange={change} /> : null}
      <Select
        label="Channels of stacks"
        description="Which dimensions of TIFF stacks (OME-TIFF, ImageJ) are channels of an image. Pages without a stated meaning count as slices."
        data={STACK_CHANNELS.map((value) => ({ value, label: STACK_NAMES[value] }))}
        allowDeselect={false}
        value={stackChannels}
        onChange={(value) => setStackChannels(value as StackChannels)}
      />
    </FormDialog>
  );
}

const STACK_NAMES: Readonly<Record<StackChannels, string>> = {
  C: 'C: channels; each slice and time is an image',
  Z: 'Z: slices; each channel and time is an image',
  T: 'T: times; each channel and slice is an image',
  CZ: 'CZ: channels and slices; each time is an image',
  CT: 'CT: channels and times; each slice is an image',
  ZT: 'ZT: slices and times; each channel is an image',
  CZT: 'CZT: all; a file is one image',
  none: 'none; each page is an image',
};

function GridFields(props: {
  readonly fields: TileFields;
  readonly onChange: (changed: Partial<TileFields>) => void;
}) {
  const { fields, onChange } = props;
  const problems = tileProblems(fields);
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NumberInput
          label="Side of a tile"
          description="Pixels."
          {...TILE_SIDE}
          clampBehavior="none"
          value={fields.size}
          error={problems.size}
          onChange={(size) => onChange({ size })}
        />
        <NumberInput
          label="Overlap"
          description="Pixels shared by neighbours."
          min={0}
          clampBehavior="none"
          value={fields.overlap}
          error={problems.overlap}
          onChange={(overlap) => onChange({ overlap })}
        />
        <NumberInput
          label="Copy"
          description="0: the image; 1: a smaller one."
          min={0}
          clampBehavior="none"
          value={fields.level}
          error={problems.level}
          onChange={(level) => onChange({ level })}
        />
      </SimpleGrid>
      <Checkbox
        label="Keep tiles that show nothing"
        checked={fields.keepsEmpty}
        onChange={(event) => onChange({ keepsEmpty: event.currentTarget.checked })}
      />
    </>
  );
}
