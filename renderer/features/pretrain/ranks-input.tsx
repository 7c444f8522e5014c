/** Which processes of this machine share each batch, where an MPI library can start them. */
import { Box, Checkbox, Group, NumberInput, Stack } from '@mantine/core';
import { useDevices } from '../../client/use-devices.ts';
import { FieldLabel } from '../../ui/field-label.tsx';
import { changePretrainDraft, usePretrainDraft } from './draft.ts';
import { ofOneKind, severalDevices } from './rank-devices.ts';

export function RanksInput() {
  const { ranks, devices } = usePretrainDraft();
  const { data } = useDevices();
  const { mpi, cores = 1 } = data?.machine ?? {};
  if (mpi === undefined) return null;
  const offered = severalDevices(data?.devices ?? []);
  const isOnDevices = devices.length > 1;
  return (
    <Stack>
      {offered.length === 0 ? null : (
        <Checkbox.Group
          label="Share each batch among devices"
          description={`A rank computes on each, over ${mpi}. Choose two or more of one kind, in place of the device above; each passes its self-test first. The batch size must be a multiple of their number.`}
          value={[...devices]}
          onChange={(chosen) => changePretrainDraft({ devices: ofOneKind(chosen) })}
        >
          <Group mt="xs">
            {offered.map(({ id, name }) => (
              <Checkbox key={id} value={id} label={`${id}: ${name}`} />
            ))}
          </Group>
        </Checkbox.Group>
      )}
      <Box maw={352}>
        <NumberInput
          label={<FieldLabel label="Ranks" term="rank" />}
          description={`Processes that share each batch and the ${cores} cores, over ${mpi}. The batch size must be a multiple of them.`}
          value={isOnDevices ? devices.length : ranks}
          disabled={isOnDevices}
          min={1}
          max={256}
          allowDecimal={false}
          onChange={(typed) => {
            const count = Math.round(Number(typed));
            if (count >= 1) changePretrainDraft({ ranks: Math.min(256, count) });
          }}
        />
      </Box>
    </Stack>
  );
}
