/** The devices that a form offers to compute on. */
import type { Precision } from '../../engine/contract/precision.ts';
import type { OutputOf } from '../../engine/contract/studio/index.ts';
import { isForWork } from './for-work.ts';

type Found = Pick<OutputOf<'devices.list'>, 'devices' | 'checks' | 'chosen' | 'chosenFor'>;

/**
 * @param found undefined before devices are known
 * @param chosen.value the device of the form; one that is not offered is shown as what it is
 */
export function deviceItems(
  found: Found | undefined,
  chosen: { readonly value: string; readonly precision: Precision },
): { readonly value: string; readonly label: string }[] {
  const { devices = [], checks = [] } = found ?? {};
  const choice = found?.chosenFor[chosen.precision] ?? found?.chosen;
  const auto =
    choice === undefined
      ? 'Automatic'
      : `Automatic (${choice.unchecked.length > 0 ? 'most likely ' : ''}${choice.id})`;
  const fails = (id: string) => checks.some((check) => check.device === id && !check.ok);
  const offered = devices
    .filter((device) => device.available && isForWork(device))
    .map(({ id, name }) => ({
      value: id,
      label: `${id}: ${name}${fails(id) ? ' (fails its self-test)' : ''}`,
    }));
  const { value } = chosen;
  const isOffered = value === 'auto' || offered.some((item) => item.value === value);
  const isForChecks = devices.some((device) => device.id === value && !isForWork(device));
  const why = found === undefined ? '' : isForChecks ? ' (for checks only)' : ' (not available)';
  return [
    { value: 'auto', label: auto },
    ...offered,
    ...(isOffered ? [] : [{ value, label: `${value}${why}` }]),
  ];
}
