/** What the page says and allows while the studio cannot be reached, and after its login has ended. */
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { callStudio } from './call-studio.ts';
import { browserOnly, expect, goTo, test } from './fixtures.ts';
import { chromiumOptions } from './hosts/chromium.ts';
import { startWebServer } from './hosts/web-host.ts';
import { writePictures } from './images.ts';

browserOnly('a window of the desktop application has no login');

test('nothing is started while the studio is away, and a lost login is named', async ({ home }) => {
  const pictures = writePictures(path.join(home, 'pictures'), 8);
  const options = { workspace: path.join(home, 'workspace'), roots: [home] };
  const token = 'a-token-that-stays-the-same-0123456789abcdef';
  const first = await startWebServer({ ...options, words: ['--port', '0', '--token', token] });
  const { port } = new URL(first.url);
  const browser = await chromium.launch(chromiumOptions());
  let { server } = first;
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(first.url);
    await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
    await callStudio(page, 'datasets.add', { kind: 'images', folders: [pictures] });
    await goTo(page, 'Data sets');
    await page.getByRole('link', { name: 'pictures' }).click();
    await page.getByRole('link', { name: 'Pre-train on this' }).click();
    await expect(start(page)).toBeEnabled();

    await ended(server);
    await expect(page.getByText('The studio does not answer')).toBeVisible();
    await expect(start(page)).toBeDisabled();

    const words = ['--port', port, '--token', token];
    const second = await startWebServer({ ...options, words });
    server = second.server;
    await expect(page.getByText('Log in again')).toBeVisible();
    await expect(page.getByText('The studio does not answer')).toBeHidden();
    await expect(start(page)).toBeDisabled();

    await (await context.newPage()).goto(second.url);
    await expect(page.getByText('Log in again')).toBeHidden();
    await expect(start(page)).toBeEnabled();
    expect(await callStudio(page, 'jobs.list', {})).toEqual([]);
  } finally {
    await browser.close();
    await ended(server);
  }
});

function start(page: Page) {
  return page.getByRole('button', { name: 'Start', exact: true });
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve();
    server.once('exit', () => resolve());
    server.kill('SIGKILL');
  });
}
