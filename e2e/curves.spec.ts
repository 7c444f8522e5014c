/** The curves of a run: what is drawn, said and shown at the cursor. */
import path from 'node:path';
import type { Page } from '@playwright/test';
import { startTraining, untilState } from './call-studio.ts';
import { browserOnly, expect, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';
import { writeRun } from './prepared-runs.ts';

pageOnly();

async function open(page: Page, address: string): Promise<void> {
  await page.goto(new URL(`#/${address}`, page.url()).href);
}

test('a compared run that ended earlier has no value after its end', async ({ studio }) => {
  const page = studio.page();
  const long = writeRun(studio.workspace, { name: 'long', steps: 100 }, 2);
  writeRun(studio.workspace, { name: 'short', steps: 40 }, 1);
  await open(page, `runs/${long}`);
  await page.getByRole('combobox', { name: 'Compare with' }).click();
  await page.getByRole('option', { name: /^short/ }).click();
  await page.keyboard.press('Escape');
  const chart = page.getByRole('figure', { name: 'Loss' });
  await expect(chart.getByText(/short fell from .* steps 1 and 40/)).toBeVisible();
  const plot = chart.locator('.u-over');
  const value = (label: string) =>
    chart.locator('.u-legend .u-series').filter({ hasText: label }).locator('.u-value');
  await plot.scrollIntoViewIfNeeded();
  const { width, height } = (await plot.boundingBox())!;
  await plot.hover({ position: { x: width * 0.2, y: height / 2 } });
  await expect(value('short')).toHaveText(/\d/);
  await plot.hover({ position: { x: width * 0.8, y: height / 2 } });
  await expect(value('long')).toHaveText(/\d/);
  await expect(value('short')).toHaveText('–');
});

test.describe('in a browser', () => {
  browserOnly('replies are held back in its socket');

  test('while it trains, all texts follow what is pushed', async ({ studio, home }) => {
    const page = studio.page();
    const folder = writePictures(path.join(home, 'pictures'), 20);
    // Curves are answered once; later texts can only come from what is pushed.
    let answered = 0;
    await page.routeWebSocket(/\/api$/, (socket) => {
      const server = socket.connectToServer();
      const held = new Set<number>();
      socket.onMessage((message) => {
        const call = JSON.parse(String(message)) as { id: number; name: string };
        if (call.name === 'runs.series') held.add(call.id);
        server.send(message);
      });
      server.onMessage((message) => {
        const { id } = JSON.parse(String(message)) as { id?: number };
        if (id === undefined || !held.has(id) || answered++ < ANSWERS) socket.send(message);
      });
    });
    await page.reload();
    const job = await startTraining(page, { folder, name: 'live', steps: 100_000 });
    await open(page, `runs/job/${job}`);
    const caption = page.getByRole('figure', { name: 'Loss' }).getByText(/between steps/);
    const count = page.getByText(/points?\. Drag across/);
    await expect(caption).toBeVisible();
    const lastStep = async () => numberIn(await caption.innerText(), /and ([\d,]+)/);
    const points = async () => numberIn(await count.innerText(), /^([\d,]+) points?/);
    const [step, before] = [await lastStep(), await points()];
    await expect.poll(lastStep).toBeGreaterThan(step + 20);
    await expect.poll(points).toBeGreaterThan(before + 20);
    const log = page.getByRole('region', { name: 'Log', exact: true });
    await expect(log.getByText(/^[\d,]+ lines?$/)).toBeVisible();
    await log.getByRole('textbox', { name: 'Search the log' }).fill('no line says this');
    await expect(log.getByText('No line contains it.')).toBeVisible();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await untilState(page, job, 'stopped');
  });
});

/** Readings of the curves that are answered, each after another start of the training. */
const ANSWERS = 4;

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]?.replaceAll(',', ''));
}
