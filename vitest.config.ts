import { defineConfig } from 'vitest/config';
import { softwareVulkan, softwareVulkanWithHalf } from './build/software-vulkan.mjs';

// In the environment before a process of tests is there; the engine's own processes see to themselves.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

// The same drivers on every machine, unless a card of this one is asked for.
const onCard = process.env['CONMIM_TEST_GPU'] !== undefined;
const drivers = {
  VK_ICD_FILENAMES: onCard ? undefined : softwareVulkan(),
  CONMIM_HALF_DRIVER: onCard ? undefined : softwareVulkanWithHalf(),
};

export default defineConfig({
  test: {
    include: ['{engine,build,renderer,electron}/**/*.test.{ts,tsx}'],
    pool: 'forks',
    env: Object.fromEntries(Object.entries(drivers).filter(([, file]) => file !== undefined)),
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
