/** The available Chromium: that of the system or that of Playwright. */
import type { LaunchOptions } from '@playwright/test';
import { findChromium } from '../../build/browser.ts';

/** @throws Error when there is none */
export function chromiumPath(): string {
  const found = findChromium();
  if (found === undefined) throw new Error('There is no Chromium. Fetch one: npm run browser');
  return found;
}

export function chromiumOptions(): LaunchOptions {
  return {
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  };
}
