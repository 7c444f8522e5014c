/** The available Chromium: that of the system or that of Playwright. */
import type { LaunchOptions } from '@playwright/test';
import { findChromium, findHeadlessChromium } from '../../build/browser.ts';

/**
 * The Chromium that people use, for specs of what the browser itself does.
 *
 * @throws Error when there is none
 */
export function chromiumPath(): string {
  return found(findChromium());
}

/**
 * The Chromium for all other specs.
 *
 * @throws Error when there is none
 */
export function headlessPath(): string {
  return found(findHeadlessChromium());
}

function found(file: string | undefined): string {
  if (file === undefined) throw new Error('There is no Chromium. Fetch one: npm run browser');
  return file;
}

/** @param executablePath of the browser; that of `headlessPath` when left out */
export function chromiumOptions(executablePath = headlessPath()): LaunchOptions {
  return {
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  };
}
