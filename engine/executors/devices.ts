/** Everything this machine could train on, and the executor of each. */
import type { Device, DeviceTraits, Executor } from './executor.ts';
import { onnxruntimeExecutor } from './onnxruntime/onnxruntime.ts';
import { referenceExecutor } from './reference/reference.ts';
import { tfjsExecutor } from './tfjs/tfjs.ts';

/** In the order in which people should see them. */
export const EXECUTORS: readonly Executor[] = [
  onnxruntimeExecutor,
  tfjsExecutor,
  referenceExecutor,
];

/** @param name the id of an executor, as devices name theirs */
export function executorOf(name: string): Executor {
  return EXECUTORS.find(({ id }) => id === name)!;
}

/** @param device the id of one that an executor has */
export function traitsOf(device: string): DeviceTraits {
  const kind = kindOf(device);
  return EXECUTORS.find(({ kinds }) => Object.hasOwn(kinds, kind))!.kinds[kind]!;
}

/**
 * @param name only devices of the kind of this one, where there is such a kind: looking for the others
 *   may take a while
 */
export async function listDevices(name?: string): Promise<Device[]> {
  const kind = name === undefined ? '' : kindOf(name);
  const owner = EXECUTORS.find(({ kinds }) => Object.hasOwn(kinds, kind));
  const found = await (owner === undefined
    ? Promise.all(EXECUTORS.map((executor) => executor.devices()))
    : owner.devices(kind));
  return found.flat().map((device) => {
    const { route } = traitsOf(device.id);
    return route === undefined ? device : { ...device, route };
  });
}

function kindOf(device: string): string {
  return device.trim().toLowerCase().split(':')[0]!;
}
