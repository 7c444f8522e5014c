/** All devices of this machine, and the executor of each. */
import type { Device, DeviceTraits, Executor } from './executor.ts';
import { onednnExecutor } from './onednn/onednn.ts';
import { onnxruntimeExecutor } from './onnxruntime/onnxruntime.ts';
import { referenceExecutor } from './reference/reference.ts';
import { tfjsExecutor } from './tfjs/tfjs.ts';

/** In the order of lists for users. */
export const EXECUTORS: readonly Executor[] = [
  onnxruntimeExecutor,
  onednnExecutor,
  tfjsExecutor,
  referenceExecutor,
];

/** @param name id of an executor, as in `Device.executor` */
export function executorOf(name: string): Executor {
  return EXECUTORS.find(({ id }) => id === name)!;
}

/** @param device id of a device */
export function traitsOf(device: string): DeviceTraits {
  const kind = kindOf(device);
  return EXECUTORS.find(({ kinds }) => Object.hasOwn(kinds, kind))!.kinds[kind]!;
}

/**
 * @param name id of a device; where its kind is known only devices of that kind are returned, since
 *   looking for the others may take seconds
 */
export async function listDevices(name?: string): Promise<Device[]> {
  const kind = name === undefined ? '' : kindOf(name);
  const all = EXECUTORS.flatMap(({ devices }) => Object.entries(devices));
  const own = all.filter(([known]) => known === kind);
  const found = await Promise.all((own.length > 0 ? own : all).map(([, list]) => list()));
  return found.flat().map((device) => {
    const { route } = traitsOf(device.id);
    return route === undefined ? device : { ...device, route };
  });
}

function kindOf(device: string): string {
  return device.trim().toLowerCase().split(':')[0]!;
}
