/** The help: opened from each page, searched by keyboard, read at every size. */
import type { Page } from '@playwright/test';
import { violationsOn } from './accessible.ts';
import { expect, goTo, PAGES, pageOnly, test } from './fixtures.ts';

pageOnly();

const article = (page: Page) => page.getByRole('article');

test('the question mark of each page opens its help', async ({ studio }) => {
  const page = studio.page();
  const titles = new Set<string>();
  for (const name of PAGES.filter((one) => one !== 'Help')) {
    await goTo(page, name);
    await page.getByRole('link', { name: 'Help on this page' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Help' })).toBeVisible();
    titles.add(await article(page).getByRole('heading', { level: 2 }).innerText());
  }
  expect(titles.size, 'each page has its own').toBe(PAGES.length - 1);
});

test('search by keyboard leads to the place of the hit, and back to the results', async ({
  studio,
}) => {
  const page = studio.page();
  await goTo(page, 'Help');
  const field = page.getByRole('searchbox', { name: 'Search the help' });
  // No single letter is a shortcut: speech input and typing beside a field would set it off.
  await page.keyboard.press('/');
  await expect(field).not.toBeFocused();
  await field.focus();
  await page.keyboard.type('clip_grad');
  await expect(page.getByRole('status')).toHaveText(/^\d passages$/);
  await expect(article(page).locator('mark').filter({ hasText: 'clip' }).first()).toBeVisible();

  await page.keyboard.press('ArrowDown');
  await expect(article(page).getByRole('link').first()).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(field).toBeFocused();
  await page.keyboard.press('Enter');
  const row = page.getByRole('row').filter({ hasText: 'clip_grad' }).first();
  await expect(row).toBeInViewport();
  await expect
    .poll(() => page.evaluate(() => CSS.highlights.get('help-hit')?.size ?? 0))
    .toBeGreaterThan(0);

  await page.goBack();
  await expect(field).toHaveValue('clip_grad');
  await field.press('Escape');
  await expect(field).toHaveValue('');
  await expect(article(page).getByRole('heading', { level: 2 })).toBeVisible();
});

test('a synonym finds what the program calls otherwise', async ({ studio }) => {
  const page = studio.page();
  await goTo(page, 'Help');
  await page.getByRole('searchbox').fill('graphics card');
  await expect(article(page).locator('mark').filter({ hasText: 'GPU' }).first()).toBeVisible();
  await page.getByRole('searchbox').fill('gradient of the moon');
  await expect(page.getByRole('status')).toHaveText('Nothing matches.');
});

test('links lead to headings and to terms of the glossary', async ({ studio }) => {
  const page = studio.page();
  await goTo(page, 'Help');
  await page.getByRole('link', { name: 'Watch a run' }).click();
  await article(page).getByRole('link', { name: 'token match' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Glossary' })).toBeAttached();
  await expect(page.getByRole('row', { name: /^token match/ })).toBeInViewport();
});

test('every topic can be read in both colours and at 390 pixels', async ({ studio }) => {
  const page = studio.page();
  await goTo(page, 'Help');
  const topics = page.getByRole('navigation', { name: 'Topics' });
  const links = topics.getByRole('link');
  await expect(links.nth(20)).toBeVisible();
  const addresses = await links.evaluateAll((links) =>
    links.map((link) => (link as HTMLAnchorElement).href),
  );
  expect(addresses.length).toBeGreaterThan(20);
  for (const address of addresses) {
    await page.goto(address);
    await expect(article(page).getByRole('heading', { level: 2 }).first()).toBeVisible();
    const pictures = article(page).getByRole('img');
    for (const picture of await pictures.all())
      await expect
        .poll(() => picture.evaluate((img) => (img as HTMLImageElement).naturalWidth ?? 1))
        .toBeGreaterThan(0);
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(width, { message: address }).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(addresses[2]!);
    await expect(article(page).getByRole('heading', { level: 2 }).first()).toBeVisible();
    expect(await violationsOn(page, colorScheme), `axe, ${colorScheme}`).toEqual([]);
    await page.getByRole('searchbox').fill('recipe');
    await expect(article(page).locator('mark').first()).toBeVisible();
    expect(await violationsOn(page, colorScheme), `axe of the search, ${colorScheme}`).toEqual([]);
  }
});
