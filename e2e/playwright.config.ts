import path from 'node:path';
import { defineConfig } from '@playwright/test';
import type { Fixtures } from './fixtures.ts';

/** `report` is where the machine-readable result goes. */
const report = process.env['E2E_REPORT'];

// Several specs run at a time: threads of one that wait for work would take the core of another.
process.env['CONMIM_THREADS'] ??= '1';
// Processes that look for devices would each open Vulkan drivers in software. Tests of WebGPU name theirs.
process.env['VK_ICD_FILENAMES'] ??= path.join(import.meta.dirname, 'no-driver.json');

export default defineConfig<Fixtures>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../out/e2e-results',
  // Specs do not depend on the speed of the machine; these limits only end hanging tests. The longest
  // test takes a minute and a half on a quiet machine.
  timeout: 8 * 60_000,
  expect: { timeout: 3 * 60_000 },
  // Each spec has its own workspace, ports and browser. One more than there are cores in the smallest machine:
  // a spec waits a fifth of its time.
  workers: 3,
  retries: 0,
  reporter: report === undefined ? [['list']] : [['list'], ['json', { outputFile: report }]],
  use: {
    screenshot: 'only-on-failure',
    actionTimeout: 3 * 60_000,
    navigationTimeout: 3 * 60_000,
  },
  projects: [
    { name: 'web', use: { hostName: 'web' } },
    { name: 'double', use: { hostName: 'double' } },
    { name: 'electron', use: { hostName: 'electron' } },
  ],
});
