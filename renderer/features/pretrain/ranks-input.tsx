/** How many processes of this machine share each batch, where an MPI library can start them. */
import { Box, NumberInput } from '@mantine/core';
import { useDevices } from '../../client/use-devices.ts';
import { FieldLabel } from '../../ui/field-label.tsx';
import { changePretrainDraft, usePretrainDraft } from './draft.ts';

export function RanksInput() {
  const { ranks } = usePretrainDraft();
  const { data } = useDevices();
  const { mpi, cores = 1 } = data?.machine ?? {};
  if (mpi === undefined) return null;
  return (
    <Box maw={352}>
      <NumberInput
        label={<FieldLabel label="Ranks" term="rank" />}
        description={`Processes that share each batch and the ${cores} cores, over ${mpi}. The batch size must be a multiple of them.`}
        value={ranks}
        min={1}
        max={256}
        allowDecimal={false}
        onChange={(typed) => {
          const count = Math.round(Number(typed));
          if (count >= 1) changePretrainDraft({ ranks: Math.min(256, count) });
        }}
      />
    </Box>
  );
}
