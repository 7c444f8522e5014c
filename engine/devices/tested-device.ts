/** A device that is named and must compute correctly, as each rank of a run has one. */
import { StudioError } from '../contract/errors.ts';
import type { Precision } from '../contract/precision.ts';
import type { Device } from '../executors/executor.ts';
import { findDevice } from '../executors/find-device.ts';
import { checkIn } from './choose-device.ts';
import { checkDevices, type DeviceParts, deviceParts } from './resolve-device.ts';

/**
 * @returns the device, which was tested by this version of the program, now or earlier
 * @throws StudioError `device-unknown`, `device-unavailable`, `devices-failing`
 */
export async function testedDevice(
  name: string,
  precision: Precision,
  parts: DeviceParts = deviceParts(),
): Promise<Device> {
  const device = findDevice(name, await parts.list(name));
  const checks = await checkDevices([device], { parts });
  const { ok, reason = 'nothing more is known' } = checkIn(checks[0]!, precision);
  if (ok) return device;
  const failure = `${device.id} (${device.name}) fails its self-test: ${reason}`;
  throw new StudioError('devices-failing', `${failure}.`, {
    advice: `Look closer with: conmim selftest --device ${device.id}`,
    details: { failures: [failure] },
  });
}
