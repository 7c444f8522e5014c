import { defineConfig } from '@playwright/test';
import type { Fixtures } from './fixtures.ts';

/** `report` is where the machine-readable result goes. */
const report = process.env['E2E_REPORT'];

export default defineConfig<Fixtures>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../out/e2e-results',
  // Training takes its time, and each test trains on its own.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  workers: 1,
  retries: 0,
  reporter: report === undefined ? [['list']] : [['list'], ['json', { outputFile: report }]],
  use: { screenshot: 'only-on-failure', actionTimeout: 20_000 },
  projects: [
    { name: 'web', use: { hostName: 'web' } },
    { name: 'double', use: { hostName: 'double' } },
    { name: 'electron', use: { hostName: 'electron' } },
  ],
});
