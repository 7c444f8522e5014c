/** The Devices page: the devices, their check, and the choice of Automatic. */
import { expectAccessible } from './accessible.ts';
import { expect, goTo, pageOnly, test } from './fixtures.ts';

pageOnly();

test('devices are explained, tried in the background, and chosen with a reason', async ({
  studio,
}) => {
  const page = studio.page();
  await goTo(page, 'Devices');
  const automatic = page.getByRole('region', { name: 'Automatic' });
  await expect(
    automatic.getByText(/Selects .+(the only one that can be used here|most likely)/),
  ).toBeVisible();
  const processor = page.getByRole('region', { name: /\(cpu\)$/ });
  await expect(processor.getByText('float32', { exact: true })).toBeVisible();
  await expect(processor.getByText('passed', { exact: true })).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'For checks only' })).toContainText('reference');

  await automatic.getByRole('button', { name: 'Check now' }).click();
  await expect(automatic.getByRole('progressbar', { name: 'Check of the devices' })).toBeVisible();
  await expect(automatic.getByRole('button', { name: 'Check now' })).toBeDisabled();
  // The check goes on while another page is shown.
  await goTo(page, 'Runs');
  await goTo(page, 'Devices');
  await expect(processor.getByText('passed', { exact: true })).toBeVisible();
  await expect(processor.getByText(/a step of a small network/)).toBeVisible();
  await expect(processor.getByText(/\d+ quantities match stored values/)).toBeVisible();
  await expect(automatic.getByText(/Last checked just now/)).toBeVisible();
  await expect(automatic.getByRole('button', { name: 'Check now' })).toBeEnabled();

  await expectAccessible(page);
  await page.setViewportSize({ width: 1024, height: 768 });
  const sideways = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
  await expect.poll(sideways, { message: 'the page scrolls sideways' }).toBe(false);
});
