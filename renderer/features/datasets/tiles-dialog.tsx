/** The dialog to choose how large images of a data set are divided into tiles. */
import { Checkbox, NumberInput, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { TILE_SIDE } from '../../../engine/contract/settings/tiling.ts';
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../client/use-studio.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
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
  const divide = useStudioAction('datasets.divide');
  const tiles = tilesTextOf(fields);
  const change = (changed: Partial<TileFields>) => setFields({ ...fields, ...changed });
  return (
    <FormDialog
      opened
      title="Tiles of large images"
      submit="Scan again"
      size="lg"
      onSubmit={() =>
        divide.mutate({ id: dataset.id, tiles: tiles ?? 'auto' }, { onSuccess: onClose })
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
    </FormDialog>
  );
}

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
