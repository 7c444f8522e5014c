/**
 * Switches off what a library would report to its maker. The entry of every process imports this
 * first, so that its child processes inherit the switches as well.
 *
 * ONNX Runtime 1.30 has Microsoft's telemetry switched on under Linux and macOS: as soon as it has an
 * environment it looks up a host of Microsoft's, queues events and writes a device id into the user's
 * cache. The variable is read by native code, which sees the environment of the process: writing
 * `process.env` changes that in the main thread, but only a copy of it in a worker thread.
 */
import { isMainThread } from 'node:worker_threads';
import { StudioError } from '../contract/errors.ts';

/** Name → the value that switches off. */
export const TELEMETRY_SWITCHES = { ORT_DISABLE_TELEMETRY: '1' } as const;

/** Whatever the user's environment says: that nothing is reported is promised. */
export function switchTelemetryOff(env: NodeJS.ProcessEnv = process.env): void {
  Object.assign(env, TELEMETRY_SWITCHES);
}

/**
 * To be called before ONNX Runtime is loaded.
 *
 * @throws StudioError `telemetry-not-off` in a worker thread, where it cannot be switched off
 */
export function ensureTelemetryOff(): void {
  if (!isMainThread)
    throw new StudioError(
      'telemetry-not-off',
      'ONNX Runtime is not loaded by a worker thread, since its telemetry cannot be switched off from there.',
      { advice: 'Load it in the main thread of a process.' },
    );
  switchTelemetryOff();
}

switchTelemetryOff();
