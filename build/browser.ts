// The browser for tests of the application: the system's Chromium, or Playwright's own, which `npm
// run browser` downloads.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from '@playwright/test';

/** Path of a Chromium; undefined if there is none. */
export function findChromium(): string | undefined {
  const known = [
    process.env['CHROMIUM_BIN'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    chromium.executablePath(),
  ];
  return known.find((file) => file !== undefined && file !== '' && existsSync(file));
}

/** As Debian installs it. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';

/**
 * Path of the Chromium that specs open: its headless shell, which has the same pages without a window around
 * them, at two thirds of the CPU time (docs/decisions/0025-headless-shell.md). Where there is none, or where
 * CHROMIUM_BIN names one, that of `findChromium`.
 *
 * @param exists whether there is a file
 */
export function findHeadlessChromium(exists = existsSync): string | undefined {
  if (!process.env['CHROMIUM_BIN'] && exists(HEADLESS_SHELL)) return HEADLESS_SHELL;
  return findChromium();
}

export function main(): void {
  const found = findChromium();
  if (found !== undefined) process.stdout.write(`There is one: ${found}\n`);
  else {
    const manifest = createRequire(import.meta.url).resolve('@playwright/test/package.json');
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
    const command = path.join(path.dirname(manifest), bin.playwright);
    const { status } = spawnSync(process.execPath, [command, 'install', 'chromium'], {
      stdio: 'inherit',
    });
    if (status !== 0)
      process.stdout.write(
        'It could not be fetched. On Debian and Ubuntu: sudo apt-get install chromium; else set CHROMIUM_BIN to the path of one.\n',
      );
    process.exitCode = status ?? 1;
  }
}
