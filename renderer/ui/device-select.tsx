/** A select field for the device. */
import { NativeSelect } from '@mantine/core';
import type { Device } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';
import { isForWork } from './for-work.ts';

export function DeviceSelect(props: {
  readonly value: string;
  readonly onChange: (device: string) => void;
  /** The settings of the training, where there is one: `auto` depends on its precision. */
  readonly settings?: Readonly<Record<string, string>>;
}) {
  const { data } = useStudio('devices.list', {});
  const { devices = [], checks = [] } = data ?? {};
  const isHalf = props.settings?.['precision'] === 'float16';
  const chosen = isHalf ? data?.chosenHalf : data?.chosen;
  const auto =
    chosen === undefined
      ? 'Automatic'
      : `Automatic (${chosen.unchecked.length > 0 ? 'most likely ' : ''}${chosen.id})`;
  const known = devices.filter(({ available }) => available);
  const fails = (id: string) => checks.some((check) => check.device === id && !check.ok);
  const items = (some: readonly Device[]) =>
    some.map(({ id, name }) => ({
      value: id,
      label: `${id}: ${name}${fails(id) ? ' (fails its self-test)' : ''}`,
    }));
  const forTests = items(known.filter((device) => !isForWork(device)));
  return (
    <NativeSelect
      label="Compute on"
      data={[
        { value: 'auto', label: auto },
        ...items(known.filter(isForWork)),
        ...(forTests.length === 0 ? [] : [{ group: 'For tests only', items: forTests }]),
      ]}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}
