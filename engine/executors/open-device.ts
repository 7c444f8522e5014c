/** Find a device by its id, with the executor that runs on it. */
import { PROCESSOR } from '../contract/device.ts';
import { executorOf, listDevices } from './devices.ts';
import type { Device, Executor } from './executor.ts';
import { findDevice } from './find-device.ts';

export interface OpenedDevice extends Pick<Device, 'id' | 'kind' | 'precisions'> {
  readonly executor: Executor;
}

/**
 * @param name a device id; `auto` must be resolved before (resolveDevice in engine/devices)
 * @throws StudioError `device-unknown`, `device-unavailable`
 */
export async function openDevice(name = PROCESSOR): Promise<OpenedDevice> {
  const { id, kind, precisions, executor } = findDevice(name, await listDevices(name));
  return { executor: executorOf(executor), id, kind, precisions };
}
