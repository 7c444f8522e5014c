/** The folder picker of the page, which shows the folders of the server. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { violationsOn } from './accessible.ts';
import { callStudio } from './call-studio.ts';
import { browserOnly, expect, goTo, pageOnly, test } from './fixtures.ts';
import { writePictures } from './images.ts';

test.describe('in a browser', () => {
  browserOnly('the window has the dialog of the system');

  test('a folder that cannot be read leaves what was typed and the folder before it', async ({
    studio,
    home,
  }) => {
    mkdirSync(path.join(home, 'pictures', 'inside'), { recursive: true });
    const page = studio.page();
    await goTo(page, 'Data sets');
    await page.getByRole('button', { name: 'Add images…' }).click();
    const dialog = page.getByRole('dialog');
    const folder = dialog.getByLabel('Folder', { exact: true });
    const go = async (to: string) => {
      await folder.fill(to);
      await dialog.getByRole('button', { name: 'Go', exact: true }).click();
    };
    const inside = dialog.getByRole('button', { name: 'inside' });
    const take = dialog.getByRole('button', { name: 'Take this folder' });
    const missing = path.join(home, 'pictures', 'missing');

    await go(path.join(home, 'pictures'));
    await expect(inside).toBeVisible();
    await expect(folder).toHaveValue('');
    await go(missing);
    await expect(dialog.getByRole('alert').first()).toBeVisible();
    await expect(folder).toHaveValue(missing);
    await expect(inside).toBeVisible();
    await expect(take).toBeDisabled();
    await expect(dialog.getByLabel('Reading the folder')).toHaveCount(0);
    await inside.click();
    await expect(folder).toHaveValue('');
    await expect(take).toBeEnabled();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toHaveCount(0);
  });

  test('a typed path and Enter go to the folder, and Enter again takes it', async ({
    studio,
    home,
  }) => {
    const folder = writePictures(path.join(home, 'pictures'), 3);
    const page = studio.page();
    await goTo(page, 'Data sets');
    await page.getByRole('button', { name: 'Add images…' }).click();
    const dialog = page.getByRole('dialog');
    const field = dialog.getByLabel('Folder', { exact: true });
    await expect(field).toBeFocused();
    await page.keyboard.type(folder);
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('button', { name: 'stripes' })).toBeVisible();
    const pictures = dialog.getByRole('list', { name: 'Some images of pictures' });
    await expect(pictures.getByRole('img')).toHaveCount(2);
    await expect(field).toHaveValue('');
    await expect(field).toBeFocused();
    expect(await violationsOn(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(page.getByRole('heading', { name: 'pictures', level: 1 })).toBeVisible();
  });

  test('a typed path is taken at once, and leads to a pre-training in four clicks', async ({
    studio,
    home,
  }) => {
    const folder = writePictures(path.join(home, 'pictures'), 12);
    const page = studio.page();
    await page.getByRole('button', { name: 'Add images…' }).click();
    const dialog = page.getByRole('dialog');
    const take = dialog.getByRole('button', { name: 'Take and pre-train' });
    await dialog.getByLabel('Folder', { exact: true }).fill(path.join(home, 'missing'));
    await take.click();
    await expect(dialog.getByRole('alert').first()).toBeVisible();
    await expect(take).toBeDisabled();

    await dialog.getByLabel('Folder', { exact: true }).fill(folder);
    await take.click();
    await expect(dialog).toHaveCount(0);
    await expect(page.getByRole('checkbox', { name: 'pictures' })).toBeChecked();
    const start = page.getByRole('button', { name: 'Start' });
    await expect(start).toBeInViewport();
    await start.click();
    const states = async () => {
      const jobs = await callStudio(page, 'jobs.list', {});
      return jobs.map(({ request, state }) => `${request.kind} ${state}`);
    };
    await expect.poll(states).toEqual(['pretrain running']);
  });

  for (const wrong of ['/', '/no/such/folder'])
    test(`after ${wrong} as the first path there is a reason and a way back`, async ({
      studio,
      home,
    }) => {
      const page = studio.page();
      await goTo(page, 'Data sets');
      await page.getByRole('button', { name: 'Add images…' }).click();
      const dialog = page.getByRole('dialog');
      await page.keyboard.type(wrong);
      await page.keyboard.press('Enter');
      await expect(dialog.getByRole('alert').first()).toContainText('outside the folders');
      await expect(dialog.getByLabel('Reading the folder')).toHaveCount(0);
      await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeVisible();
      await dialog.getByRole('button', { name: home, exact: true }).click();
      await expect(dialog.getByRole('alert')).toHaveCount(0);
      await expect(dialog.getByRole('button', { name: 'workspace' })).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    });

  test('a folder that is read for long can be left', async ({ studio, home }) => {
    const slow = path.join(home, 'slow');
    mkdirSync(slow);
    const page = studio.page();
    // The server's answer for one folder is held back, as that of a disk which is not there.
    await page.routeWebSocket(/\/api$/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!(String(message).includes('folders.list') && String(message).includes(slow)))
          server.send(message);
      });
    });
    await page.reload();
    await goTo(page, 'Data sets');
    await page.getByRole('button', { name: 'Add images…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'workspace' }).waitFor();
    await page.keyboard.type(slow);
    await page.keyboard.press('Enter');
    await expect(dialog.getByText(`Reading ${slow}…`)).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Take this folder' })).toBeDisabled();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await expect(dialog.getByLabel('Reading the folder')).toHaveCount(0);
    await expect(dialog.getByRole('button', { name: 'Take this folder' })).toBeEnabled();
  });
});

test.describe('in the page alone', () => {
  pageOnly();

  test('dialogs begin in their first field, submit on Enter, and close on Escape', async ({
    studio,
    home,
  }) => {
    const folder = writePictures(path.join(home, 'pictures'), 3);
    const page = studio.page();
    const { id } = await callStudio(page, 'datasets.add', { kind: 'images', folders: [folder] });
    await page.goto(new URL(`#/datasets/${id}`, page.url()).href);
    const dialog = page.getByRole('dialog');
    const open = async (item: string) => {
      await page.getByRole('button', { name: /^More for/ }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await test.step('rename', async () => {
      await open('Rename…');
      await expect(dialog.getByLabel('Name')).toBeFocused();
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      await open('Rename…');
      await expect(dialog.getByLabel('Name')).toBeFocused();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('shapes');
      await page.keyboard.press('Enter');
      await expect(dialog).toHaveCount(0);
      await expect(page.getByRole('heading', { name: 'shapes', level: 1 })).toBeVisible();
    });
    await test.step('removing is not what Enter does at once', async () => {
      await open('Remove from the list…');
      await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(dialog).toHaveCount(0);
      await expect(page.getByRole('heading', { name: 'shapes', level: 1 })).toBeVisible();
    });
    await test.step('import', async () => {
      await goTo(page, 'Models');
      await page.getByRole('button', { name: 'Import weights…' }).first().click();
      await expect(dialog.getByRole('textbox', { name: 'File or folder' })).toBeFocused();
      await page.keyboard.type(path.join(home, 'nothing.safetensors'));
      await page.keyboard.press('Enter');
      const refusal = dialog.getByRole('alert').filter({ hasText: 'nothing.safetensors' });
      await expect(refusal.first()).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    });
  });
});
