/** A select field for the device. Devices that are for checks only are not offered. */
import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { precisionNamed } from '../../engine/contract/precision.ts';
import { useDevices } from '../client/use-devices.ts';
import { deviceItems } from './device-items.ts';
import { FieldLabel } from './field-label.tsx';

export function DeviceSelect(props: {
  readonly label?: string;
  readonly description?: ReactNode;
  readonly value: string;
  readonly onChange: (device: string) => void;
  /** The settings of the training, where there is one: `auto` depends on its precision. */
  readonly settings?: Readonly<Record<string, string>>;
}) {
  const { label = 'Compute on', description, value, onChange, settings } = props;
  const { data } = useDevices();
  return (
    <NativeSelect
      label={<FieldLabel label={label} term="device" />}
      description={description}
      data={deviceItems(data, { value, precision: precisionNamed(settings?.['precision']) })}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
