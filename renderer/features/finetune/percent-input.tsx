/** A field for a share in percent. */

import { NumberInput } from '@mantine/core';
import { FieldLabel } from '../../ui/field-label.tsx';

export function PercentInput(props: {
  readonly label: string;
  readonly description: string;
  /** 0 to 1 */
  readonly share: number;
  readonly most: number;
  readonly onChange: (share: number) => void;
}) {
  const { label, description, share, most, onChange } = props;
  return (
    <NumberInput
      label={<FieldLabel label={label} />}
      description={description}
      // The value is rounded, since 0.07 * 100 is a little more than 7 in floating point.
      value={Number((share * 100).toPrecision(6))}
      onChange={(typed) => {
        const percent = Number(typed);
        if (percent > 0) onChange(Math.min(most, percent / 100));
      }}
      suffix=" %"
      min={0}
      max={most * 100}
      decimalScale={2}
      step={5}
    />
  );
}
