/** What to compute on. */
import { NativeSelect } from '@mantine/core';
import { useStudio } from '../client/use-studio.ts';

export function DeviceSelect(props: {
  readonly value: string;
  readonly onChange: (device: string) => void;
}) {
  const { data } = useStudio('devices.list', {});
  const auto = data?.chosen === undefined ? 'Automatic' : `Automatic (${data.chosen.id})`;
  const known = (data?.devices ?? []).filter(({ available }) => available);
  return (
    <NativeSelect
      label="Compute on"
      data={[
        { value: 'auto', label: auto },
        ...known.map(({ id, name }) => ({ value: id, label: `${id}: ${name}` })),
      ]}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}
