// `npm run pictures` makes the pictures of docs/pictures/app anew; `npm run pictures -- -g NAME` some of
// them. Images and workspace are kept in the folder CONMIM_PICTURES, so that only the first start trains.
import { defineConfig } from '@playwright/test';

const HOUR_MS = 3_600_000;

export default defineConfig({
  testDir: '.',
  testMatch: 'pictures.ts',
  outputDir: '../../out/pictures',
  timeout: HOUR_MS,
  expect: { timeout: 60_000 },
  workers: 1,
  reporter: 'list',
  use: { actionTimeout: 60_000 },
});
