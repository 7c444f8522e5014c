/** Fixtures for specs in three hosts: each test gets the application in the host of its project. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, test as base, expect, type Page } from '@playwright/test';
import { electronAtHand } from '../build/electron.ts';
import { chromiumOptions, chromiumPath, headlessPath } from './hosts/chromium.ts';
import type { LaunchedDesktop } from './hosts/desktop.ts';
import { launchDouble } from './hosts/double-host.ts';
import { launchElectron } from './hosts/electron-host.ts';
import type { HostName, LaunchedHost } from './hosts/host.ts';
import { launchWeb } from './hosts/web-host.ts';

export interface Fixtures {
  readonly hostName: HostName;
  /** The folder of this test, with workspace and images. */
  readonly home: string;
  readonly studio: LaunchedHost;
}

interface WorkerFixtures {
  /**
   * Opens the Chromium that people use instead of its headless shell, for specs of what the browser does
   * around a page, such as asking for permissions.
   */
  readonly wholeChromium: boolean;
  /** One Chromium for all specs of a process: each has cookies, storage and permissions of its own. */
  readonly openBrowser: () => Promise<Browser>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  wholeChromium: [false, { option: true, scope: 'worker' }],
  openBrowser: [
    async ({ playwright, wholeChromium }, use) => {
      let browser: Browser | undefined;
      await use(async () => {
        if (browser?.isConnected() !== true) {
          const file = wholeChromium ? chromiumPath() : headlessPath();
          browser = await playwright.chromium.launch(chromiumOptions(file));
        }
        return browser;
      });
      await browser?.close();
    },
    { scope: 'worker' },
  ],
  hostName: ['web', { option: true }],
  home: async ({ hostName }, use) => {
    const { why } = electronAtHand();
    test.skip(hostName === 'electron' && why !== undefined, why);
    const home = mkdtempSync(path.join(os.tmpdir(), 'conmim-e2e-'));
    // A separate cache keeps tests independent of earlier device checks on this machine.
    process.env['CONMIM_CACHE'] = path.join(home, 'cache');
    await use(home);
    endJobs(path.join(home, 'workspace', 'jobs'));
    // A process that tries devices may still write its cache, for a minute on a busy machine.
    rmSync(home, { recursive: true, force: true, maxRetries: 40, retryDelay: 200 });
  },
  studio: async ({ hostName, home, openBrowser, wholeChromium }, use) => {
    const workspace = path.join(home, 'workspace');
    const isWhole = wholeChromium && hostName === 'double';
    const env = isWhole ? { CHROMIUM_BIN: chromiumPath() } : {};
    const studio =
      hostName === 'web'
        ? await launchWeb({ workspace, roots: [home], browser: await openBrowser() })
        : await launchDesktop(hostName, { workspace, env });
    const errors: string[] = [];
    studio.page().on('pageerror', (error) => errors.push(error.stack ?? error.message));
    await expect(studio.page().getByRole('navigation', { name: 'Pages' })).toBeVisible();
    await use(studio);
    await studio.close();
    expect(errors, 'errors of the page').toEqual([]);
  },
});

/** End jobs, which would go on after a test that failed. */
export function endJobs(jobs: string): void {
  if (!existsSync(jobs)) return;
  for (const job of readdirSync(jobs)) {
    const lock = path.join(jobs, job, 'lock');
    if (!existsSync(lock)) continue;
    const { pid } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number };
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // The job has ended already.
    }
  }
}

const ONLY_DESKTOP = 'it tests the desktop application';

/** Skip all tests of a spec in a browser. */
export function desktopOnly(): void {
  test.beforeEach(({ hostName }) => test.skip(hostName === 'web', ONLY_DESKTOP));
}

/**
 * Leave a spec or a group to the browser, besides Electron: the double shows the same page in the same
 * Chromium, and all that the page asks goes through `answerCall` there too. What belongs to a host is
 * tested in each of them: files, dialogs, drops, downloads, images, windows, notifications, messages,
 * security, starts and ends.
 */
export function pageOnly(): void {
  test.beforeEach(({ hostName }) =>
    test.skip(hostName === 'double', 'the page is the same in every host'),
  );
}

/** Leave a spec or a group to a browser. */
export function browserOnly(why: string): void {
  test.beforeEach(({ hostName }) => test.skip(hostName !== 'web', why));
}

/** The desktop host; skips the test in a browser. */
export function asDesktop(studio: LaunchedHost): LaunchedDesktop {
  test.skip(studio.name === 'web', ONLY_DESKTOP);
  return studio as LaunchedDesktop;
}

/** The double; skips the test in other hosts. */
export function asDouble(studio: LaunchedHost): LaunchedDesktop {
  test.skip(studio.name !== 'double', 'only the double can observe this');
  return studio as LaunchedDesktop;
}

/** Start the desktop application in the given host with other options than the fixture. */
export function launchDesktop(
  name: HostName,
  options: { workspace: string; env?: Readonly<Record<string, string | undefined>> },
): Promise<LaunchedDesktop> {
  return name === 'electron' ? launchElectron(options) : launchDouble(options);
}

/** The pages by their names in the navigation. */
export const PAGES = [
  'Data sets',
  'Pre-train',
  'Runs',
  'Fine-tune',
  'Predict',
  'Models',
  'Devices',
  'Settings',
  'Help',
] as const;

/** The pages on which people work, from Pre-train round to the one that the application opens with. */
export const WORKING_PAGES = [...PAGES.slice(1, -2), PAGES[0]];

/** Open a page by its name in the navigation. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Choose an option of a field that opens a list. */
export async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

export { expect };
