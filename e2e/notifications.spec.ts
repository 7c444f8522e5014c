/** Progress in the title while a job runs, and notifications of a browser when it ends. */
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { startTraining, untilState } from './call-studio.ts';
import { browserOnly, expect, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';

test.use({ wholeChromium: true });

const SETTINGS = 'settings';

/** What the page has done with notifications; real ones are shown as well. */
interface Watched {
  readonly __shown: string[];
  __asked: number;
}

async function watchNotifications(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched = Object.assign(globalThis, { __shown: [], __asked: 0 }) as unknown as Watched;
    const Real = globalThis.Notification;
    globalThis.Notification = class extends Real {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        watched.__shown.push(`${title}: ${options?.body}`);
      }
      static override requestPermission(): Promise<NotificationPermission> {
        watched.__asked += 1;
        return Real.requestPermission();
      }
    };
  });
  await page.reload();
}

const watched = (page: Page) =>
  page.evaluate(() => {
    const { __shown, __asked } = globalThis as unknown as Watched;
    return { shown: __shown, asked: __asked };
  });

pageOnly();

test('the title has the progress of a training while it runs', async ({ studio, home }) => {
  const page = studio.page();
  const folder = writePictures(path.join(home, 'pictures'), 20);
  await page.goto(new URL('#/runs', page.url()).href);
  await expect(page).toHaveTitle('Runs · ConMIM Studio');
  const job = await startTraining(page, { folder, name: 'live', steps: 60 });
  await expect(page).toHaveTitle(/^([1-9]|[1-9]\d) % · Runs · ConMIM Studio$/);
  await untilState(page, job, 'done');
  await expect(page).toHaveTitle('Runs · ConMIM Studio');
});

test.describe('in a browser', () => {
  browserOnly('the window has notifications of the system');

  test('a browser asks for notifications by a button alone, and shows the end of a training', async ({
    studio,
    home,
  }) => {
    const page = studio.page();
    const folder = writePictures(path.join(home, 'pictures'), 20);
    await watchNotifications(page);
    await page.goto(new URL(`#/${SETTINGS}`, page.url()).href);
    const allow = page.getByRole('button', { name: 'Allow notifications…' });
    await expect(allow).toBeVisible();
    expect(await watched(page)).toEqual({ shown: [], asked: 0 });
    await expectAccessible(page);
    // A browser without a screen refuses what nobody can answer.
    await allow.click();
    await expect(page.getByText(/This browser blocks notifications/)).toBeVisible();
    await expect(allow).toBeHidden();
    expect((await watched(page)).asked).toBe(1);
    await page.context().grantPermissions(['notifications']);
    await page.reload();
    await expect(page.getByText(/This browser may show notifications/)).toBeVisible();

    const ends = async (name: string) => {
      const job = await startTraining(page, { folder, name, steps: 2 });
      await untilState(page, job, 'done');
      // The page hears of the end, which the title shows, before anything is expected of it.
      await expect(page).not.toHaveTitle(/%/);
    };
    await ends('first');
    await expect
      .poll(async () => (await watched(page)).shown)
      .toEqual(['first is done: Its result is on the Runs page.']);

    const wanted = page.getByRole('switch', { name: 'Notifications' });
    await wanted.click({ force: true });
    await expect(wanted).not.toBeChecked();
    await ends('second');
    await wanted.click({ force: true });
    await expect(wanted).toBeChecked();
    await ends('third');
    await expect
      .poll(async () => (await watched(page)).shown)
      .toEqual([expect.stringContaining('first'), expect.stringContaining('third')]);
    expect((await watched(page)).asked).toBe(0);
  });

  test('a browser without the constructor of notifications goes on', async ({ studio, home }) => {
    const page = studio.page();
    const folder = writePictures(path.join(home, 'pictures'), 20);
    await page.context().grantPermissions(['notifications']);
    // As Chrome on Android.
    await page.addInitScript(() => {
      const state = Object.assign(globalThis, { __tried: 0, __rejected: 0 });
      globalThis.Notification = class extends globalThis.Notification {
        constructor(title: string) {
          super(title);
          state.__tried += 1;
          throw new TypeError('Illegal constructor');
        }
      };
      globalThis.addEventListener('unhandledrejection', () => {
        state.__rejected += 1;
      });
    });
    await page.reload();
    const job = await startTraining(page, { folder, name: 'phone', steps: 2 });
    await untilState(page, job, 'done');
    const counted = () =>
      page.evaluate(() => {
        const { __tried, __rejected } = globalThis as unknown as Record<string, number>;
        return [__tried, __rejected];
      });
    await expect.poll(counted).toEqual([1, 0]);
  });
});
