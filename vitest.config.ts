import { defineConfig } from 'vitest/config';
import { softwareVulkan, softwareVulkanWithHalf } from './build/software-vulkan.ts';
import { ALL_TESTS, IN_OWN_PROCESS } from './build/test-processes.ts';

// In the environment before a process of tests is there; the engine's own processes see to themselves.
process.env['ORT_DISABLE_TELEMETRY'] = '1';
// Several files of tests run at a time, and threads that wait for work use their core: with more of them each
// process takes the cores of the others. Tests of several threads ask for them.
process.env['CONMIM_THREADS'] ??= '1';

// The same drivers on every machine, unless a card of this one is asked for.
const onCard = process.env['CONMIM_TEST_GPU'] !== undefined;
const drivers = {
  VK_ICD_FILENAMES: onCard ? undefined : softwareVulkan(),
  CONMIM_HALF_DRIVER: onCard ? undefined : softwareVulkanWithHalf(),
};

/** Half an hour: many times what the longest test takes on a busy machine. */
const HANGS_MS = 30 * 60_000;

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'own process', include: [...IN_OWN_PROCESS] } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: [...ALL_TESTS],
          exclude: [...IN_OWN_PROCESS],
          isolate: false,
        },
      },
    ],
    globalSetup: 'build/compile-before-tests.ts',
    pool: 'forks',
    env: Object.fromEntries(Object.entries(drivers).filter(([, file]) => file !== undefined)),
    // One more than there are cores in the smallest machine: processes that tests start are waited for.
    maxWorkers: 3,
    // No test depends on how fast the machine is: these limits only end what hangs.
    testTimeout: HANGS_MS,
    hookTimeout: HANGS_MS,
    expect: { poll: { timeout: HANGS_MS / 3, interval: 50 } },
  },
});
