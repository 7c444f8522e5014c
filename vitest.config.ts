import { defineConfig } from 'vitest/config';
import { softwareVulkan } from './build/software-vulkan.mjs';

// The same driver on every machine, unless a card of this one is asked for.
const driver = process.env['CONMIM_TEST_GPU'] === undefined ? softwareVulkan() : undefined;

export default defineConfig({
  test: {
    include: ['{engine,build,renderer,electron}/**/*.test.{ts,tsx}'],
    pool: 'forks',
    ...(driver === undefined ? {} : { env: { VK_ICD_FILENAMES: driver } }),
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
