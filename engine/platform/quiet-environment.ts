/**
 * Change the environment so that libraries contact no other machines. The entry of every process imports
 * this first, so that its child processes inherit the environment.
 *
 * ONNX Runtime 1.30 has Microsoft's telemetry switched on under Linux and macOS: as soon as it has an
 * environment it looks up a host of Microsoft's, queues events and writes a device id into the user's
 * cache. The variable is read by native code, which sees the environment of the process: writing
 * `process.env` changes that in the main thread, but only a copy of it in a worker thread.
 *
 * Programs that describe graphics cards, and Vulkan drivers, connect to the X server that DISPLAY names.
 * It may run on another machine, and only the window needs one. Drivers also keep compiled programs in
 * the user's home; they are redirected to this program's cache folder.
 */
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { StudioError } from '../contract/errors.ts';
import { cacheFolder } from './cache-folder.ts';

/** Variable → the value that switches telemetry off. */
const TELEMETRY_SWITCHES = { ORT_DISABLE_TELEMETRY: '1' } as const;
/** Where drivers under Linux keep compiled programs: variable → folder in the cache, which the driver creates. */
export const DRIVER_CACHES = {
  MESA_SHADER_CACHE_DIR: 'mesa',
  __GL_SHADER_DISK_CACHE_PATH: 'nvidia-shaders',
  CUDA_CACHE_PATH: 'nvidia-cuda',
} as const;
/** Matches `:0`, `unix:0`, and a socket's path, as on macOS. */
const LOCAL_SCREEN = /^(unix)?:|^\//;

/**
 * Apply the settings above to `env`. The telemetry switches override the user's environment, since
 * SECURITY.md promises that nothing is reported.
 *
 * @param isWindow whether this process shows the window, which may be on another machine's screen
 */
export function quieten(env: NodeJS.ProcessEnv, isWindow: boolean): void {
  Object.assign(env, TELEMETRY_SWITCHES);
  for (const [variable, folder] of Object.entries(DRIVER_CACHES))
    env[variable] ??= path.join(cacheFolder(env), folder);
  const screen = env['DISPLAY'];
  if (!isWindow && screen !== undefined && !LOCAL_SCREEN.test(screen)) delete env['DISPLAY'];
}

/**
 * Switch the telemetry of ONNX Runtime off. Call this before it is loaded.
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
  Object.assign(process.env, TELEMETRY_SWITCHES);
}

quieten(process.env, process.versions['electron'] !== undefined);
