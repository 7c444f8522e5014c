/** No part of any page overflows a small window, also with long paths. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { callStudio, startTraining, untilState } from './call-studio.ts';
import { browserOnly, expect, test } from './fixtures.ts';
import { launchWeb } from './hosts/web-host.ts';
import { writePictures } from './images.ts';

/** A name without a possible line break, like study numbers of scanners. */
const LONG = 'x'.repeat(200);

browserOnly('the page is the same in every host');

test('paths of 250 letters stay in a small window, on every page', async ({
  home,
  openBrowser,
}) => {
  const deep = path.join(home, LONG);
  mkdirSync(deep, { recursive: true });
  const workspace = path.join(deep, 'workspace');
  const pictures = writePictures(path.join(deep, `${'pictures-of-'.repeat(4)}2024`), 12);
  const studio = await launchWeb({ workspace, roots: [home], browser: await openBrowser() });
  try {
    const page = studio.page();
    await page.setViewportSize({ width: 900, height: 600 });
    const call = <N extends Parameters<typeof callStudio>[1]>(
      name: N,
      input: Parameters<typeof callStudio<N>>[2],
    ) => callStudio(page, name, input);
    const gone = path.join(deep, 'gone');
    mkdirSync(gone);
    rmSync(gone, { recursive: true });
    const images = await call('datasets.add', { kind: 'images', folders: [pictures] });
    const failed = await call('datasets.add', { kind: 'images', folders: [gone, `${gone}-2`] });
    const labelled = await call('datasets.add', { kind: 'labelled', folders: [pictures] });
    writeFileSync(path.join(pictures, 'broken.jpg'), 'no picture');
    writeFileSync(path.join(deep, 'net.pth'), 'no network');
    const trained = await startTraining(page, { folder: pictures, name: LONG, steps: 5 });
    await untilState(page, trained, 'done');
    const [run] = (await call('runs.list', { offset: 0, count: 1 })).items;
    const submit = async (
      request: Parameters<typeof callStudio<'jobs.submit'>>[2],
      state: string,
    ) => {
      const { id } = await call('jobs.submit', request);
      await untilState(page, id, state);
      return id;
    };
    const knn = await submit(
      { kind: 'knn', from: run!.id, train: pictures, val: pictures, k: 3, device: 'cpu' },
      'done',
    );
    const out = path.join(deep, 'net.safetensors');
    await submit({ kind: 'export', model: run!.id, format: 'safetensors', out }, 'done');
    const brought = path.join(workspace, 'models', LONG.slice(0, 100));
    await submit({ kind: 'import', file: out, out: brought }, 'done');
    const refused = await submit(
      { kind: 'import', file: path.join(deep, 'net.pth'), out: `${brought}-2` },
      'failed',
    );
    await call('datasets.scan', { id: images.id });
    const scanned = async () =>
      (await call('datasets.list', {})).every(({ state }) => state !== 'scanning');
    await expect.poll(scanned).toBe(true);

    const places = [
      'datasets',
      `datasets/${images.id}`,
      `datasets/${failed.id}`,
      `datasets/${labelled.id}`,
      'pretrain',
      'runs',
      `runs/${run!.id}`,
      `runs/job/${refused}`,
      'finetune',
      `finetune/results/${knn}`,
      'models',
      `models/${encodeURIComponent(run!.id)}`,
      `models/${encodeURIComponent(brought)}`,
      'devices',
    ];
    for (const place of places) {
      await page.goto(new URL(`#/${place}`, page.url()).href);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.waitForLoadState('networkidle');
      await shows(page, place);
    }

    await test.step('dialogs and what is told in passing', async () => {
      await page.goto(new URL('#/models', page.url()).href);
      await page.getByRole('button', { name: 'Import weights…' }).first().click();
      await page.getByRole('textbox', { name: 'File or folder' }).fill(path.join(deep, 'net.pth'));
      await shows(page, 'the import dialog');
      await page.getByRole('button', { name: 'Import and check' }).click();
      await expect(page.getByRole('alert').last()).toBeVisible();
      await shows(page, 'the import dialog with its refusal');
      await page.getByRole('button', { name: 'Choose: File or folder' }).click();
      await page.getByRole('textbox', { name: 'Folder', exact: true }).fill(deep);
      await page.getByRole('button', { name: 'Go', exact: true }).click();
      await expect(page.getByRole('button', { name: 'net.pth', exact: true })).toBeVisible();
      await shows(page, 'the picker');
      await page.getByRole('textbox', { name: 'Folder', exact: true }).fill(`${deep}/none`);
      await page.getByRole('button', { name: 'Go', exact: true }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'no folder' })).toBeVisible();
      await shows(page, 'the picker with an error');
    });
  } finally {
    await studio.close();
  }
});

/** Check that nothing overflows the window or is cut off without a scroll bar or an ellipsis. */
async function shows(page: Page, place: string): Promise<void> {
  const found = await page.evaluate(() => {
    const cuts = ({ overflowX }: CSSStyleDeclaration) => /hidden|clip/.test(overflowX);
    const scrolls = ({ overflowX }: CSSStyleDeclaration) => /auto|scroll/.test(overflowX);
    const frameOf = (element: Element): Element | undefined => {
      for (let at = element.parentElement; at !== null; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (at === document.body || at === document.documentElement) return undefined;
        // Dialogs scroll down, and must not have to be scrolled aside.
        if (cuts(style) || at.getAttribute('class')?.includes('Modal-content')) return at;
        if (scrolls(style)) return undefined;
      }
      return undefined;
    };
    const hasDots = (element: Element) =>
      getComputedStyle(element).textOverflow === 'ellipsis' ||
      getComputedStyle(element).webkitLineClamp !== 'none';
    const inScroller = (element: Element): boolean => {
      for (let at = element.parentElement; at !== null; at = at.parentElement)
        if (at !== document.body && scrolls(getComputedStyle(at))) return true;
      return false;
    };
    const texts = [...document.body.querySelectorAll('*')].filter(
      (element) =>
        element.checkVisibility() &&
        !(element instanceof HTMLInputElement) &&
        [...element.childNodes].some(
          ({ nodeType, nodeValue }) => nodeType === 3 && nodeValue?.trim(),
        ),
    );
    const cut = texts.filter((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const { right, width, height } = range.getBoundingClientRect();
      if (width <= 1 || height <= 1 || hasDots(element)) return false;
      const frame = frameOf(element);
      if (frame !== undefined && !hasDots(frame))
        // One that is hidden for the eye alone has a frame of a pixel.
        return frame.clientWidth > 1 && right > frame.getBoundingClientRect().right + 1;
      return frame === undefined && right > innerWidth + 1 && !inScroller(element);
    });
    return cut.map((element) => `${element.tagName} ${element.textContent?.slice(0, 60)}`);
  });
  expect.soft(found, place).toEqual([]);
}
