/** Drops on the window, on any page: they are added, offered, or refused by name; and the message in a browser. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { tarOf } from '../engine/data/sources/containers/testing/write-tar.ts';
import { zipOf } from '../engine/data/sources/containers/testing/write-zip.ts';
import { callStudio } from './call-studio.ts';
import { browserOnly, desktopOnly, expect, goTo, test } from './fixtures.ts';
import type { LaunchedHost } from './hosts/host.ts';
import { writePictures } from './images.ts';

const folders = async (page: Page) =>
  (await callStudio(page, 'datasets.list', {})).flatMap((set) => set.folders).sort();
const asked = (page: Page) => page.getByRole('dialog', { name: 'What was dropped' });

test.describe('in a window', () => {
  desktopOnly();

  test('every place of every page takes folders, and shows so', async ({ studio, home }) => {
    const page = studio.page();
    for (const [i, name] of ['Data sets', 'Runs', 'Help', 'Devices'].entries()) {
      const folder = writePictures(path.join(home, `folder ${i}`), 1, i);
      await goTo(page, name);
      // The point is at the bottom of the window, below the content of the page.
      const overlay = await drag(studio, [folder], { below: true });
      expect(overlay).toContain('Drop folders of images');
      await expect(page.getByRole('heading', { level: 1, name: `folder ${i}` })).toBeVisible();
    }
    expect(await folders(page)).toEqual([0, 1, 2, 3].map((i) => path.join(home, `folder ${i}`)));
    await test.step('tar and zip files are folders, read in place', async () => {
      const picture = readFileSync(path.join(home, 'folder 0', 'discs', '000.png'));
      const tar = path.join(home, 'shard-0.tar');
      const zip = path.join(home, 'more.zip');
      const inZip = ['b/2.png', 'b/3.png'].map((name) => ({ name, content: picture }));
      writeFileSync(tar, tarOf([{ name: 'a/1.png', content: picture }]));
      writeFileSync(zip, zipOf(inZip));
      await drag(studio, [tar, zip]);
      await expect(
        page.getByRole('heading', { level: 1, name: 'shard-0.tar, more.zip' }),
      ).toBeVisible();
      const images = page.getByRole('region', { name: 'Images of the data set' });
      await expect(images.getByRole('status')).toHaveText('3 images');
      await expect(images.locator('img').first()).toBeVisible();
    });
  });

  test('several folders are one data set, and one that is there already is shown', async ({
    studio,
    home,
  }) => {
    const page = studio.page();
    const two = [
      writePictures(path.join(home, 'a'), 1, 1),
      writePictures(path.join(home, 'b'), 1, 2),
    ];
    for (const _ of ['first', 'once more']) {
      await goTo(page, 'Runs');
      await drag(studio, two);
      await expect(page.getByRole('heading', { level: 1, name: 'a, b' })).toBeVisible();
    }
    const sets = await callStudio(page, 'datasets.list', {});
    expect(sets.map((set) => set.folders)).toEqual([two]);
  });

  test('a picture means its folder, which is asked, and one press adds it', async ({
    studio,
    home,
  }) => {
    const page = studio.page();
    const folder = path.join(writePictures(path.join(home, 'photos'), 2), 'discs');
    await drag(studio, [path.join(folder, '000.png')]);
    await expect(asked(page)).toContainText('“000.png” is a picture');
    await page.keyboard.press('Escape');
    await expect(asked(page)).toBeHidden();
    expect(await folders(page), 'no dead data set').toEqual([]);

    await drag(studio, [path.join(folder, '000.png'), path.join(folder, '001.png')]);
    await expect(asked(page)).toContainText('2 pictures');
    const add = page.getByRole('button', { name: 'Add the folder “discs”' });
    await expect(add).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'discs' })).toBeVisible();
    expect(await folders(page)).toEqual([folder]);
  });

  test('lists, weights, runs and workspaces are each recognised', async ({ studio, home }) => {
    const page = studio.page();
    const pictures = writePictures(path.join(home, 'pictures'), 2);
    const list = path.join(pictures, 'labels.csv');
    writeFileSync(list, 'path,label\ndiscs/000.png,disc\nstripes/000.png,stripe\n');
    await drag(studio, [list]);
    await expect(page.getByRole('heading', { level: 1, name: 'labels.csv' })).toBeVisible();
    expect(await callStudio(page, 'datasets.list', {})).toMatchObject([
      { kind: 'labelled', folders: [list] },
    ]);

    for (const name of ['beit.pth', 'net.safetensors', 'net.onnx']) {
      const file = path.join(home, name);
      writeFileSync(file, '');
      await drag(studio, [file]);
      const dialog = page.getByRole('dialog', { name: 'Import weights' });
      await expect(dialog.getByRole('textbox', { name: 'File or folder' })).toHaveValue(file);
      if (name.endsWith('.onnx'))
        await expect(dialog.getByText('cannot be read back')).toBeVisible();
    }
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);

    const other = path.join(home, 'other');
    mkdirSync(path.join(other, 'runs', 'r1'), { recursive: true });
    writeFileSync(path.join(other, 'settings.json'), '{}');
    for (const name of ['run.json', 'events.jsonl'])
      writeFileSync(path.join(other, 'runs', 'r1', name), '');
    await drag(studio, [path.join(other, 'runs', 'r1')]);
    await expect(asked(page)).toContainText('“r1” is a run of another workspace');
    await page.keyboard.press('Escape');
    await drag(studio, [other]);
    await expect(asked(page)).toContainText('“other” is a workspace');
    await page.getByRole('button', { name: 'Change workspace' }).click();
    // CONMIM_WORKSPACE sets the workspace of this start, so it cannot be changed.
    await expect(
      page.getByText('The workspace of this start is set by CONMIM_WORKSPACE'),
    ).toBeVisible();
    expect(await folders(page), 'the same workspace').toEqual([list]);
  });

  test('a mix is asked part by part, and what cannot be used is named', async ({
    studio,
    home,
  }) => {
    const page = studio.page();
    const folder = writePictures(path.join(home, 'pictures'), 1);
    const file = (name: string) => {
      writeFileSync(path.join(home, name), '');
      return path.join(home, name);
    };
    mkdirSync(path.join(home, 'empty'));
    await drag(studio, [
      folder,
      file('labels.csv'),
      file('notes.docx'),
      file('more.7z'),
      path.join(home, 'empty'),
      path.join(home, 'gone.png'),
    ]);
    for (const words of [
      '“pictures” becomes a data set',
      '“labels.csv” is a list',
      '“notes.docx” is neither',
      '“more.7z” is compressed as a whole',
      '“empty” is empty',
      '“gone.png” is not there any more',
    ])
      await expect(asked(page)).toContainText(words);
    await page.getByRole('button', { name: 'Add the folder' }).click();
    await expect(asked(page)).not.toContainText('becomes a data set');
    await expect(asked(page), 'the rest is still there').toContainText('“labels.csv” is a list');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'pictures' })).toBeVisible();
    expect(await folders(page)).toEqual([folder]);

    await drag(studio, [file('other.docx')]);
    await expect(asked(page)).toContainText('“other.docx” is neither');
    await page.getByRole('button', { name: 'Close' }).last().click();
    if (studio.name === 'electron') return;
    // A file dragged from another program has no path, which a system drag cannot simulate.
    await drag(studio, ['']);
    await expect(asked(page)).toContainText('is not in a folder of this machine');
  });

  test('fields and the page Predict take their own drops', async ({ studio, home }) => {
    const page = studio.page();
    await test.step('a field of a path takes its own drop', async () => {
      const file = path.join(home, 'net.pth');
      writeFileSync(file, '');
      await goTo(page, 'Models');
      await page.getByRole('button', { name: 'Import weights…' }).first().click();
      const field = page.getByRole('textbox', { name: 'File or folder' });
      const overlay = await drag(studio, [file], { onto: 'File or folder' });
      expect(overlay).toContain('“File or folder”');
      await expect(field).toHaveValue(file);
      await drag(studio, [file, home], { onto: 'File or folder' });
      await expect(page.getByText('takes one path, but 2 items were dropped')).toBeVisible();
      await expect(field).toHaveValue(file);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    });
    await test.step('new images are dropped on the page Predict', async () => {
      const folder = writePictures(path.join(home, 'new'), 2);
      const picture = path.join(folder, 'discs', '000.png');
      await goTo(page, 'Predict');
      const overlay = await drag(studio, [folder, picture], { onto: 'New images' });
      expect(overlay).toContain('“New images”');
      const chosen = page.getByRole('list', { name: 'Images to predict on' }).getByRole('listitem');
      await expect(chosen).toHaveText([folder, picture]);
      await test.step('or chosen in the dialog of the system', async () => {
        await studio.choose({ folders: [path.join(home, 'new', 'stripes')] });
        await page.getByRole('button', { name: 'Choose folders…' }).click();
        await expect(chosen).toHaveText([folder, picture, path.join(folder, 'stripes')]);
      });
      await expect(page.getByText('Choose a fine-tuned network.')).toBeVisible();
    });
  });
});

test('a drag that is given up, or of the page itself, changes nothing', async ({ studio }) => {
  const page = studio.page();
  await test.step('a drag that is given up leaves nothing on the page', async () => {
    const overlay = page.getByRole('status').filter({ hasText: /drop/i });
    for (const end of ['dragleave', 'mousemove']) {
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([], 'folder'));
        document.body.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true }));
      });
      await expect(overlay).toBeVisible();
      await page.evaluate((name) => {
        document.body.dispatchEvent(new MouseEvent(name, { bubbles: true }));
      }, end);
      await expect(overlay).toHaveCount(0);
    }
  });
  await test.step('what is dragged from the page itself is let alone', async () => {
    const overlay = await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([], 'thumbnail.webp'));
      const fire = (type: string) =>
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
        );
      fire('dragstart');
      return fire('dragover');
    });
    expect(overlay, 'the drag is not taken').toBe(true);
    await expect(page.getByText('Drop folders of images')).toHaveCount(0);
  });
});

test.describe('in a browser', () => {
  browserOnly('the window learns the paths');

  test('a browser says that it does not learn paths, and stays on its page', async ({ studio }) => {
    const page = studio.page();
    const address = page.url();
    const overlay = await drag(studio, ['/any/where.png']);
    expect(overlay).toContain('does not tell this page the paths of dropped files');
    await expect(page.getByRole('alert')).toContainText('Add images…');
    expect(page.url()).toBe(address);
  });
});

/**
 * Drag files over the window and drop them.
 *
 * @param paths    where they lie; empty for what lies nowhere
 * @param where.below at the lowest place of the window
 * @param where.onto  a field by its label
 * @returns what the window has shown meanwhile
 */
async function drag(
  studio: LaunchedHost,
  paths: readonly string[],
  where: Where = {},
): Promise<string> {
  const page = studio.page();
  const fire = await (studio.name === 'electron' ? realDrag : madeDrag)(page, paths, where);
  await fire('dragEnter');
  await fire('dragOver');
  const overlay = page.getByRole('status').filter({ hasText: /drop/i });
  await expect(overlay).toBeVisible();
  const words = await overlay.innerText();
  await fire('drop');
  await expect(overlay).toHaveCount(0);
  return words;
}

type Fire = (type: 'dragEnter' | 'dragOver' | 'drop') => Promise<unknown>;
interface Where {
  readonly below?: boolean;
  readonly onto?: string;
}

/** A system drag: the page gets real files with their paths. */
async function realDrag(page: Page, paths: readonly string[], where: Where): Promise<Fire> {
  const devtools = await page.context().newCDPSession(page);
  const place = await page.evaluate(({ below = false, onto }) => {
    if (onto === undefined) return { x: innerWidth / 2, y: below ? innerHeight - 2 : 40 };
    const field = document.querySelector(`[data-drop-field="${onto}"] :is(input, button)`)!;
    const { x, y, width, height } = field.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  }, where);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  return (type) => devtools.send('Input.dispatchDragEvent', { type, ...place, data });
}

/** Scripted drag events; the window of the double looks the paths up by name. */
async function madeDrag(page: Page, paths: readonly string[], where: Where): Promise<Fire> {
  const names = paths.map((dropped) => path.basename(dropped) || 'from-a-page.png');
  const known = Object.fromEntries(names.map((name, i) => [name, paths[i]!]));
  await page.evaluate((dropped) => {
    (globalThis as { __dropped?: object }).__dropped = dropped;
  }, known);
  return (type) =>
    page.evaluate(
      ([name, files, { below = false, onto }]) => {
        const dataTransfer = new DataTransfer();
        for (const file of files) dataTransfer.items.add(new File([], file));
        const lowest = document.elementFromPoint(innerWidth / 2, innerHeight - 2);
        const field = document.querySelector(`[data-drop-field="${onto}"] :is(input, button)`);
        const target = (onto === undefined ? undefined : field) ?? (below ? lowest : undefined);
        (target ?? document.body).dispatchEvent(
          new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }),
        );
      },
      [type.toLowerCase(), names, where] as const,
    );
}
