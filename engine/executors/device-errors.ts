/** Errors of a device during computation, to which the training loop reacts. */
import { isStudioError, StudioError } from '../contract/errors.ts';
import { printGraph } from '../ir/print.ts';
import type { Graph } from '../ir/types.ts';

/** The device is lost: its driver was reset or updated, or it was unplugged. */
export function deviceLost(device: string, cause: unknown): StudioError {
  return new StudioError('device-lost', `The device ${device} was lost: ${textOf(cause)}`, {
    advice:
      'Its driver was reset, updated, or took too long over one piece of work. Nothing that was saved is lost: resume the run.',
    details: { device },
    cause,
  });
}

/** The device has too little memory for the graph. */
export function deviceOutOfMemory(device: string, cause: unknown): StudioError {
  return new StudioError(
    'device-out-of-memory',
    `The device ${device} has not enough memory: ${textOf(cause)}`,
    {
      advice:
        'Set micro_batch or recompute, lower batch_size, or close other programs that use this device.',
      details: { device },
      cause,
    },
  );
}

/** The library of the device reported an error that is neither of memory nor of a lost device. */
export function deviceFailed(device: string, cause: unknown): StudioError {
  return new StudioError('device-failed', `The device ${device} failed: ${textOf(cause)}`, {
    advice: `Test it with conmim selftest --device ${device}, and report what that prints. Nothing that was saved is lost: resume the run on another device, with --device.`,
    details: { device },
    cause,
  });
}

/** The library of the device makes no program of a graph. */
export function graphRefused(device: string, graph: Graph, cause: unknown): StudioError {
  return new StudioError(
    'compile-failed',
    `The device ${device} refused the graph ${graph.name}: ${textOf(cause)}`,
    {
      advice: `Choose another device with --device. Then test this one with conmim selftest --device ${device}, and report what that prints.`,
      details: { graph: printGraph(graph).slice(0, MOST_CHARACTERS) },
      cause,
    },
  );
}

/** Of a graph that an error carries. */
const MOST_CHARACTERS = 4000;

export type DeviceError = StudioError<'device-lost' | 'device-out-of-memory'>;

/** The error if it is one of a device, else undefined. */
export function asDeviceError(error: unknown): DeviceError | undefined {
  return isStudioError(error, 'device-lost', 'device-out-of-memory') ? error : undefined;
}

function textOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split('\n')[0]!.slice(0, 300);
}
