/** The precisions that forms offer, and what results say of them. */
import {
  isNarrowPrecision,
  PRECISIONS,
  type Precision,
  precisionNamed,
} from '../../engine/contract/precision.ts';
import type { Device } from '../../engine/contract/studio/index.ts';
import { isForWork } from './for-work.ts';

/** The precisions of a device; those of any device for `auto`, which takes one that supports the precision. */
export function precisionsOf(device: string, devices: readonly Device[]): readonly Precision[] {
  const meant = devices.filter(
    (one) => one.available && (device === 'auto' ? isForWork(one) : one.id === device),
  );
  const all = meant.flatMap(({ precisions }) => precisions);
  return PRECISIONS.filter((precision) => precision === 'float32' || all.includes(precision));
}

/** Why a device has one precision alone. */
export function withoutNarrow(device: string): string {
  return device === 'auto'
    ? 'No device here supports float16 or bfloat16.'
    : 'This device supports neither float16 nor bfloat16.';
}

/** The field of a request; requests without it mean float32. */
export function requestedPrecision(precision: Precision): { precision?: Precision } {
  return isNarrowPrecision(precision) ? { precision } : {};
}

/** A sentence to be appended for results in a narrow precision, or empty. */
export function computedInText(precision: unknown): string {
  const known = precisionNamed(precision);
  return isNarrowPrecision(known) ? ` Computed in ${known}.` : '';
}
