/** Everything this machine could train on, and the executor of each. */
import type { Device, Executor } from './executor.ts';
import { onnxruntimeExecutor } from './onnxruntime/onnxruntime.ts';
import { referenceExecutor } from './reference/reference.ts';

/** In the order in which `auto` prefers them. */
export const EXECUTORS: readonly Executor[] = [onnxruntimeExecutor, referenceExecutor];

export async function listDevices(): Promise<Device[]> {
  return (await Promise.all(EXECUTORS.map((executor) => executor.devices()))).flat();
}
