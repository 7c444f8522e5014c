/**
 * A select field for the precision of what applies a trained network. There is none where no device of this
 * machine computes in another than float32.
 */
import { NativeSelect } from '@mantine/core';
import { type Precision, precisionNamed } from '../../engine/contract/precision.ts';
import { useDevices } from '../client/use-devices.ts';
import { precisionsOf, withoutNarrow } from './precisions.ts';

export function PrecisionSelect(props: {
  /** The device of the form. */
  readonly device: string;
  readonly value: Precision;
  readonly onChange: (precision: Precision) => void;
}) {
  const { device, value, onChange } = props;
  const devices = useDevices().data?.devices;
  if (devices === undefined) return null;
  const isAnywhere = precisionsOf('auto', devices).length > 1;
  if (!isAnywhere && value === 'float32') return null;
  const offered = precisionsOf(device, devices);
  const isOffered = offered.includes(value);
  return (
    <NativeSelect
      label="Precision"
      description={offered.length > 1 ? 'Number format of matrix products.' : withoutNarrow(device)}
      data={[...offered, ...(isOffered ? [] : [{ value, label: `${value} (not available)` }])]}
      value={value}
      disabled={isOffered && offered.length === 1}
      onChange={(event) => onChange(precisionNamed(event.currentTarget.value))}
    />
  );
}
