/** The charts of a run: their axes, full screen, and how the address keeps both. */
import path from 'node:path';
import { expectAccessible } from './accessible.ts';
import { startTraining, untilState } from './call-studio.ts';
import { expect, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';
import { writeRun, writeStudent } from './prepared-runs.ts';

pageOnly();

test('curves are drawn over steps, epochs and training time', async ({ studio }) => {
  const page = studio.page();
  const id = writeRun(studio.workspace, { name: 'long', steps: 100 }, 2);
  const other = writeRun(studio.workspace, { name: 'short', steps: 40 }, 1);
  const chart = page.getByRole('figure', { name: 'Loss' });
  const axes = page.getByRole('radiogroup', { name: 'X axis' });
  const over = async (name: string) => {
    await axes.getByText(name, { exact: true }).click();
    await expect(axes.getByRole('radio', { name })).toBeChecked();
  };

  await page.goto(new URL(`#/runs/${id}?compare=${other}`, page.url()).href);
  await expect(chart.getByText(/long fell .* between steps 1 and 100/)).toBeVisible();
  await over('Epoch');
  await expect(chart.getByText(/long fell .* between epochs 0.1 and 10/)).toBeVisible();
  await expect(chart.getByText(/short fell .* between epochs 0.1 and 4/)).toBeVisible();
  await expect(chart.locator('.u-legend')).toContainText('Epoch');

  await test.step('a range is typed in the unit of the axis, and stays after a reload', async () => {
    await page.getByRole('textbox', { name: 'From epoch' }).fill('2.5');
    await page.getByRole('textbox', { name: 'To epoch' }).fill('5');
    await page.keyboard.press('Enter');
    await expect(chart.getByText(/short fell .* between epochs 2.5 and 4/)).toBeVisible();
    await page.reload();
    await expect(axes.getByRole('radio', { name: 'Epoch' })).toBeChecked();
    await expect(chart.getByText(/short fell .* between epochs 2.5 and 4/)).toBeVisible();
  });

  await over('Time');
  await expect(chart.getByText(/long fell .* between 0:00:00 and 0:00:10 of/)).toBeVisible();
  await expect(page.getByText(/goes on at the time of its checkpoint/)).toBeVisible();
  await expect(page).toHaveURL(/x=time/);
  await over('Step');
  await expect(page).not.toHaveURL(/x=/);
});

test('a chart fills the screen, and Escape leads back to it', async ({ studio }) => {
  const page = studio.page();
  const id = writeRun(studio.workspace, { name: 'long', steps: 100 }, 2);
  await page.goto(new URL(`#/runs/${id}`, page.url()).href);
  const button = page.getByRole('button', { name: 'Full screen: Learning rate' });
  await expect(button).toBeVisible();
  await expectAccessible(page);
  await button.focus();
  await page.keyboard.press('Enter');
  const full = page.getByRole('dialog', { name: 'Curves' });
  const chart = full.getByRole('figure', { name: 'Learning rate' });
  await expect(chart.getByText(/Learning rate fell/)).toBeVisible();
  const { height } = page.viewportSize() ?? { height: 700 };
  // The chart takes the size of the window some frames after its texts.
  await expect
    .poll(async () => (await chart.locator('.u-wrap').boundingBox())?.height)
    .toBeGreaterThan(height / 3);
  await expectAccessible(page);
  await page.reload();
  await expect(chart.getByText(/Learning rate fell/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(full).toBeHidden();
  await button.click();
  await expect(full).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(full).toBeHidden();
  await expect(button).toBeFocused();
  await expect(page).not.toHaveURL(/chart=/);

  await test.step('its report is a file, or printed by the browser', async () => {
    if (studio.name !== 'web') return;
    const open = page.getByRole('button', { name: 'Report…' });
    await open.click();
    const dialog = page.getByRole('dialog', { name: 'Report' });
    await expectAccessible(page);
    const downloading = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save HTML' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('long report.html');
    await expect(dialog).toBeHidden();
    await expect(open).toBeFocused();
    await open.click();
    await dialog.getByRole('button', { name: 'Print or save as PDF…' }).click();
    const printed = page.frameLocator('iframe[title="Report"]');
    await expect(printed.getByRole('heading', { level: 1, name: 'long' })).toBeAttached();
  });
});

test('what a run uses of the machine is drawn, also beside runs without samples', async ({
  studio,
}) => {
  const page = studio.page();
  const { workspace } = studio;
  const old = writeRun(workspace, { name: 'old', steps: 40 }, 1);
  const sampled = writeRun(workspace, { name: 'new', steps: 100, sampled: true }, 2);
  const cpu = page.getByRole('figure', { name: 'CPU use' });
  const unmeasured = page.getByText(/GPU use is not measured on this system/);

  await page.goto(new URL(`#/runs/${sampled}`, page.url()).href);
  await expect(
    cpu.getByText(/This run rose from 5 % to 50 % between steps 10 and 100/),
  ).toBeVisible();
  await expect(cpu.getByText(/All programs stayed at 90 %/)).toBeVisible();
  const memory = page.getByRole('figure', { name: 'Memory of the machine' });
  await expect(memory.getByText(/rose from 4.1 GB to 5.0 GB/)).toBeVisible();
  await expect(unmeasured).toBeVisible();
  await expect(page.getByRole('figure', { name: 'GPU use' })).toBeHidden();
  await expect(page.getByText('All (0)')).toBeVisible();
  await expectAccessible(page);

  await page.goto(new URL(`#/runs/${sampled}?compare=${old}&x=epoch`, page.url()).href);
  await expect(cpu.getByText(/new rose from 5 % to 50 % between epochs 1 and 10/)).toBeVisible();

  await page.goto(new URL(`#/runs/${old}`, page.url()).href);
  await expect(page.getByRole('figure', { name: 'Memory', exact: true })).toBeVisible();
  await expect(cpu).toBeHidden();
  await expect(unmeasured).toBeHidden();
});

test('what a student saw is shown after each step, also by the keyboard', async ({ studio }) => {
  const page = studio.page();
  const { workspace } = studio;
  const id = writeRun(workspace, { name: 'measured', steps: 100, measured: true }, 1);
  await writeStudent(workspace, id, [10, 50, 100]);
  await page.goto(new URL(`#/runs/${id}`, page.url()).href);
  const match = page.getByRole('figure', { name: 'Match by visible neighbours' });
  await expect(match.getByText(/3 to 5 visible rose from 4.0 % to 13.0 %/)).toBeVisible();
  const section = page.getByRole('region', { name: 'What the student saw' });
  const status = section.getByRole('status');
  await expect(status).toHaveText(/After step 100: 16 of 16 masked patches found .* \(100.0 %\)/);
  await section.getByRole('slider', { name: 'Step' }).focus();
  await page.keyboard.press('Home');
  await expect(status).toHaveText(/After step 10: 0 of 16/);
  const patches = section.getByRole('slider', { name: 'Masked patches of stripes.png' });
  await patches.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const words = 'Row 1, column 2: took row 1, column 4 with 50.0 %; its own had 12.5 %.';
  await expect(section.getByText(words)).toBeVisible();
  await expect(patches).toHaveAttribute('aria-valuetext', words);
  await expectAccessible(page);
});

test('samples of a running training are drawn as they come', async ({ studio, home }) => {
  const page = studio.page();
  const folder = writePictures(path.join(home, 'pictures'), 20);
  const job = await startTraining(page, { folder, name: 'live', steps: 1_000_000 });
  await page.goto(new URL(`#/runs/job/${job}`, page.url()).href);
  const cpu = page.getByRole('figure', { name: 'CPU use' });
  await expect(cpu.getByText(/This run (rose|fell|stayed) .* between steps/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await untilState(page, job, 'stopped');
});
