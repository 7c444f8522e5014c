/** From a device name to the executor that runs on it: the one place where the choice is made. */
import { StudioError } from '../contract/errors.ts';
import { EXECUTORS, listDevices } from './devices.ts';
import type { Executor } from './executor.ts';

/**
 * @param name a device id, or `auto` for the first available one
 * @throws StudioError `device-unknown`, `device-unavailable`
 */
export async function openDevice(name: string): Promise<{ executor: Executor; id: string }> {
  const [kind] = name.split(':');
  const owner = EXECUTORS.find(({ kinds }) => kinds.includes(kind!));
  const devices = await (owner?.devices(kind) ?? listDevices());
  const device =
    name === 'auto'
      ? devices.find((one) => one.available && (one.kind === 'gpu' || one.kind === 'cpu'))
      : devices.find(({ id }) => id === name || `${id}:0` === name);
  if (!device)
    throw new StudioError('device-unknown', `There is no device named "${name}"`, {
      advice: `Choose one of: auto, ${devices.map(({ id }) => id).join(', ')}. See: conmim devices`,
      details: { device: name },
    });
  if (!device.available)
    throw new StudioError(
      'device-unavailable',
      `The device ${device.id} cannot be used: ${device.reason ?? 'unknown reason'}`,
      { advice: 'Choose another with --device, or see: conmim devices' },
    );
  const executor = EXECUTORS.find(({ id }) => id === device.executor)!;
  return { executor, id: device.id };
}
