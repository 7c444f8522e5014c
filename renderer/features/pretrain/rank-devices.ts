/** The devices on each of which a rank can compute: those of kinds of which the machine has several. */
import type { Device } from '../../../engine/contract/studio/index.ts';
import { isForWork } from '../../ui/for-work.ts';

type Listed = Pick<Device, 'id' | 'name' | 'kind' | 'available'>;

/** `cuda:1` is of the kind `cuda`. */
const kindOf = (id: string) => id.replace(/:\d+$/, '');

export function severalDevices<D extends Listed>(devices: readonly D[]): D[] {
  const usable = devices.filter((device) => device.available && isForWork(device));
  return usable.filter(
    ({ id }) => usable.filter((other) => kindOf(other.id) === kindOf(id)).length > 1,
  );
}

/** Ranks compute on one kind, so the kind that was chosen last is kept. */
export function ofOneKind(chosen: readonly string[]): string[] {
  const last = chosen.at(-1);
  return last === undefined ? [] : chosen.filter((id) => kindOf(id) === kindOf(last));
}
