/** Find a device by its id, with the executor that runs on it. */
import { PROCESSOR } from '../contract/device.ts';
import { StudioError } from '../contract/errors.ts';
import type { Precision } from '../contract/precision.ts';
import { executorOf, listDevices } from './devices.ts';
import type { Device, Executor } from './executor.ts';
import { findDevice } from './find-device.ts';

export interface OpenedDevice extends Pick<Device, 'id' | 'kind' | 'precisions' | 'lacks'> {
  readonly executor: Executor;
}

/**
 * @param name a device id; `auto` must be resolved before (resolveDevice in engine/devices)
 * @throws StudioError `device-unknown`, `device-unavailable`
 */
export async function openDevice(name = PROCESSOR): Promise<OpenedDevice> {
  const { executor, ...device } = findDevice(name, await listDevices(name));
  return { ...device, executor: executorOf(executor) };
}

/** @throws StudioError `precision-unavailable` where the device does not compute in a precision */
export function needPrecision<D extends Omit<OpenedDevice, 'executor' | 'kind'>>(
  device: D,
  precision: Precision,
): D {
  const { id, precisions, lacks } = device;
  if (precisions.includes(precision)) return device;
  const why = lacks?.[precision];
  const reason = why === undefined ? '' : `: ${why}`;
  throw new StudioError(
    'precision-unavailable',
    `${id} does not compute in ${precision}${reason}.`,
    {
      advice: `Set precision to ${precisions.join(' or ')} (--precision ${precisions[0]}, where a command takes it), or take another device; see: conmim devices`,
      details: { device: id, precision },
    },
  );
}
