/** The Settings page: every setting is stored and has its effect; devices for checks are not offered. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expectUsable } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';

pageOnly();

test('settings take effect at once and are kept in the workspace', async ({ studio, home }) => {
  const page = studio.page();
  const file = path.join(home, 'workspace', 'settings.json');
  const stored = () =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  await goTo(page, 'Settings');
  const scheme = page.getByRole('radiogroup', { name: 'Colour scheme' });
  await scheme.getByText('Dark').click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await scheme.getByText('System').click();
  await expect.poll(() => stored()['theme']).toBe('system');
  await page.getByRole('textbox', { name: 'CPU threads' }).fill('1');
  await expect.poll(() => stored()['threads']).toBe(1);
  await page.getByRole('combobox', { name: 'Preferred device' }).selectOption('cpu');
  await expect.poll(() => stored()['device']).toBe('cpu');
  await expect(page.getByText(path.join(home, 'workspace'), { exact: true })).toBeVisible();
  await expectUsable(page, 'Settings');
});

test('forms offer no device that is for checks only', async ({ studio }) => {
  const page = studio.page();
  const { devices } = await callStudio(page, 'devices.list', {});
  expect(devices.some(({ kind }) => kind === 'check')).toBe(true);
  await goTo(page, 'Settings');
  const choice = page.getByRole('combobox', { name: 'Preferred device' });
  await expect(choice.locator('option[value="cpu"]')).toHaveCount(1);
  for (const { id } of devices.filter(({ kind }) => kind === 'check' || kind === 'software-gpu'))
    await expect(choice.locator(`option[value="${id}"]`)).toHaveCount(0);
  await goTo(page, 'Fine-tune');
  const onForm = page.getByRole('combobox', { name: 'Compute on' });
  await expect(onForm.locator('option[value="cpu"]')).toHaveCount(1);
  await expect(onForm.locator('option[value="reference"]')).toHaveCount(0);
  await goTo(page, 'Devices');
  await expect(page.getByRole('region', { name: 'For checks only' })).toContainText('reference');
});
