/** Find a device by its name: `name:N` is the Nth device of a kind, `name` the first. */
import { StudioError } from '../contract/errors.ts';
import { nearest } from '../contract/nearest.ts';
import type { Device } from './executor.ts';

const plain = (name: string) => name.trim().toLowerCase().replace(/:0+$/, '');

/**
 * @param name a device id; `webgpu` and `webgpu:0` are the same
 * @throws StudioError `device-unknown` with the nearest name, `device-unavailable` with advice
 */
export function findDevice(name: string, devices: readonly Device[]): Device {
  const device = devices.find(({ id }) => plain(id) === plain(name));
  if (device === undefined) throw unknownDevice(name, devices);
  if (!device.available) throw unavailable(device);
  return device;
}

function unknownDevice(name: string, devices: readonly Device[]): StudioError {
  const ids = devices.map(({ id }) => id);
  const near = nearest(name, ['auto', ...ids]);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return new StudioError('device-unknown', `There is no device named "${name}".${hint}`, {
    advice: `Choose one of: auto, ${ids.join(', ')}. See: conmim devices`,
    details: { device: name, devices: ids },
  });
}

function unavailable({ id, reason, advice }: Device): StudioError {
  return new StudioError(
    'device-unavailable',
    `The device ${id} cannot be used: ${reason ?? 'nothing more is known.'}`,
    {
      advice: [advice, 'Or choose another with --device; see: conmim devices']
        .filter((text) => text !== undefined)
        .join(' '),
      details: { device: id },
    },
  );
}
