/** From a device's id to the executor that runs on it. */
import { StudioError } from '../contract/errors.ts';
import type { Precision } from '../contract/precision.ts';
import { executorOf, listDevices } from './devices.ts';
import type { Device, DeviceKind, Executor } from './executor.ts';
import { findDevice } from './find-device.ts';

export interface OpenedDevice {
  readonly executor: Executor;
  readonly id: string;
  readonly kind: DeviceKind;
  readonly precisions: readonly Precision[];
}

/**
 * @param name a device id; `auto` is resolved by engine/devices, where devices are tried, and means here
 *   only what needs no trying: the processor
 * @throws StudioError `device-unknown`, `device-unavailable`
 */
export async function openDevice(name: string): Promise<OpenedDevice> {
  const device =
    name === 'auto'
      ? processor(await listDevices('cpu'))
      : findDevice(name, await listDevices(name));
  const { id, kind, precisions } = device;
  return { executor: executorOf(device.executor), id, kind, precisions };
}

function processor(devices: readonly Device[]): Device {
  const found = devices.find(({ available }) => available);
  if (found !== undefined) return found;
  throw new StudioError('device-unavailable', 'Nothing on this machine can be computed on.', {
    advice: 'See why with: conmim devices',
  });
}
