/**
 * Which tests have processes of their own. All others share a few processes, and so load each module once:
 * they change nothing that others see, such as the environment, globals or the current folder.
 */

/** Folders whose tests open devices, hold locks, begin processes or bundle. */
const FOLDERS = [
  'build',
  'electron',
  'engine/devices',
  'engine/disk',
  'engine/executors',
  'engine/platform',
  'engine/process',
  // Its tests take long for the size of their file: among the shared ones they would begin last.
  'engine/selftest',
  'engine/server',
  'renderer/client',
  'renderer/state',
];

/** Of these the environment, the clock or the memory of the process is the subject. */
export const FILES: readonly string[] = [
  'engine/cli/discretion.test.ts',
  'engine/data/sources/containers/fuzz.test.ts',
  'engine/data/targets/hostile.test.ts',
  'engine/studio/full-disk.test.ts',
  'engine/studio/studio.test.ts',
  'engine/studio/tools-client.test.ts',
  'engine/tasks/pretrain/rank-overlap.test.ts',
  'engine/tools/listing.test.ts',
  'engine/train/loop/full-disk.test.ts',
  'engine/train/loop/taken-over.test.ts',
];

/** As patterns. */
export const IN_OWN_PROCESS: readonly string[] = [
  ...FOLDERS.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
  ...FILES,
];

export const ALL_TESTS: readonly string[] = [
  '{engine,build,bench,renderer,electron}/**/*.test.{ts,tsx}',
];

/** @param file from the root of the project, with slashes */
export function hasOwnProcess(file: string): boolean {
  return FOLDERS.some((folder) => file.startsWith(`${folder}/`)) || FILES.includes(file);
}
