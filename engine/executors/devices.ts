/** Everything this machine could train on, and the executor of each. */
import type { Device, Executor } from './executor.ts';
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

/**
 * @param name only devices of the kind of this one, where there is such a kind: looking for the others
 *   may take a while
 */
export async function listDevices(name?: string): Promise<Device[]> {
  const kind = name?.trim().toLowerCase().split(':')[0];
  const owner = EXECUTORS.find(({ kinds }) => kind !== undefined && kinds.includes(kind));
  if (owner !== undefined) return owner.devices(kind);
  return (await Promise.all(EXECUTORS.map((executor) => executor.devices()))).flat();
}
