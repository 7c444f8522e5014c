/** Devices for tests. */
import type { DeviceCheck, DeviceFinding } from '../../contract/studio/device-check.ts';
import type { Device } from '../../executors/executor.ts';

export function fakeDevice(id: string, over: Partial<Device> = {}): Device {
  return {
    id,
    executor: 'onnxruntime',
    kind: id === 'cpu' ? 'cpu' : 'gpu',
    name: `A ${id} device`,
    available: true,
    precisions: ['float32'],
    ...over,
  };
}

/** @param stepMs the time of a step, or the reason of a failure */
export function fakeFinding(stepMs: number | string): DeviceFinding {
  return typeof stepMs === 'number'
    ? { ok: true, quantities: 17, stepMs }
    : { ok: false, quantities: 17, reason: stepMs };
}

export function fakeCheck(device: string, stepMs: number | string, at = 0): DeviceCheck {
  return { device, ...fakeFinding(stepMs), checkedAt: new Date(at).toISOString() };
}
