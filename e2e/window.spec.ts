/** The window in its system: menus and shortcuts, About panel, theme, icons, saving charts, a second start. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { callStudio, startTraining, untilState } from './call-studio.ts';
import type { MenuEntry } from './double/control.ts';
import { asDesktop, desktopOnly, expect, test } from './fixtures.ts';
import { flatMenu } from './hosts/desktop.ts';
import { writePictures } from './images.ts';

const STAY = 1;
const CHANGE = 0;

desktopOnly();

test('menus have keys of their own, and lead to settings and About', async ({ studio }) => {
  const double = asDesktop(studio);
  const page = studio.page();
  const { entries } = await double.next('menu', 0);
  await test.step('every menu and every item of it has an Alt key of its own', async () => {
    const check = (items: readonly MenuEntry[], where: string) => {
      const shown = items.filter(({ type, visible }) => type !== 'separator' && visible !== false);
      const keys = shown.map(({ label }) => /&(\w)/.exec(label)?.[1]?.toLowerCase() ?? label);
      expect(keys.filter((key) => key.length !== 1)).toEqual([]);
      expect(new Set(keys).size, `each key once in ${where}: ${keys}`).toBe(keys.length);
      for (const { label, entries: within } of shown)
        if (within !== undefined) check(within, label);
    };
    expect(entries.length).toBe(5);
    check(entries, 'the menu bar');
  });
  // Electron itself adds the entries that are hidden.
  if (studio.name === 'double')
    await test.step('zoom goes by the keys without Shift and by the keypad', () => {
      const keys = flatMenu(entries).flatMap(({ role, accelerator, visible }) =>
        /zoom/i.test(role ?? '') ? [[role, accelerator ?? 'its own', visible ?? true]] : [],
      );
      expect(keys).toEqual([
        ['resetZoom', 'its own', true],
        ['zoomIn', 'its own', true],
        ['zoomOut', 'its own', true],
        ['zoomIn', 'CmdOrCtrl+=', false],
        ['zoomIn', 'CmdOrCtrl+numadd', false],
        ['zoomOut', 'CmdOrCtrl+numsub', false],
        ['resetZoom', 'CmdOrCtrl+num0', false],
      ]);
    });
  await test.step('Settings… goes to the settings, also from their own page', async () => {
    for (const place of ['Runs', 'Settings']) {
      await page
        .getByRole('navigation', { name: 'Pages' })
        .getByRole('link', { name: place })
        .click();
      await page.evaluate(() => window.scrollTo(0, 0));
      double.order({ type: 'menu', label: 'Settings…' });
      await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
      await expect(page.getByText('Keep the machine awake')).toBeInViewport();
    }
  });
  await test.step('About tells name, version and icon, and shows licence and notices as files', async () => {
    const { version } = await callStudio(page, 'app.info', {});
    expect(await double.next('about-panel', 0)).toMatchObject({
      options: { applicationName: 'ConMIM Studio', applicationVersion: version },
    });
    double.order({ type: 'menu', label: 'About ConMIM Studio' });
    const about = page.getByRole('article', { name: 'About ConMIM Studio' });
    await expect(about.getByText(`Version ${version}`)).toBeVisible();
    const icon = about.getByRole('img', { name: 'ConMIM Studio' });
    await expect
      .poll(() => icon.evaluate((img: HTMLImageElement) => img.naturalWidth))
      .toBeGreaterThan(0);
    await about.getByRole('button', { name: 'Show the licence', exact: true }).click();
    const { file } = await double.next('reveal', 0);
    expect(readFileSync(file, 'utf8')).toContain('Apache License');
  });
});

test('the colours of menu, page and system are one choice', async ({ studio }) => {
  const double = asDesktop(studio);
  const page = studio.page();
  const { entries } = await double.next('menu', 0);
  const radios = flatMenu(entries).filter(({ type }) => type === 'radio');
  expect(radios.map(({ label }) => label.replace('&', ''))).toEqual([
    'As the System',
    'Light',
    'Dark',
  ]);
  await test.step('chosen on the page', async () => {
    const since = double.told.length;
    await callStudio(page, 'settings.write', { theme: 'dark' });
    expect(await double.next('menu-checked', since)).toMatchObject({ id: 'theme:dark' });
    expect(await double.next('theme-source', since)).toMatchObject({ source: 'dark' });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  });
  await test.step('chosen in the menu', async () => {
    const since = double.told.length;
    double.order({ type: 'menu', label: 'Light' });
    // The old theme is marked until the new one has been saved.
    expect(await double.next('menu-checked', since)).toMatchObject({ id: 'theme:dark' });
    expect(await double.next('theme-source', since)).toMatchObject({ source: 'light' });
    await expect
      .poll(() => double.told.slice(since))
      .toContainEqual({ type: 'menu-checked', id: 'theme:light' });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
  });
  await test.step('kept, and in place before the window of the next start', async () => {
    const ended = double.ended();
    double.order({ type: 'close-window' });
    await ended;
    const since = double.told.length;
    await studio.relaunch();
    await double.next('window', since);
    const told = double.told.slice(since);
    const [theme, window] = ['theme-source', 'window'].map((type) =>
      told.findIndex((message) => message.type === type),
    );
    expect(told[theme!]).toMatchObject({ source: 'light' });
    expect(theme).toBeLessThan(window!);
    await expect
      .poll(() => double.told.slice(since))
      .toContainEqual({ type: 'menu-checked', id: 'theme:light' });
  });
});

test('a chart is saved where its user says, under its name, next time in the same folder', async ({
  studio,
  home,
}) => {
  const double = asDesktop(studio);
  const page = studio.page();
  const folder = writePictures(path.join(home, 'pictures'), 10);
  const id = await startTraining(page, { folder, name: 'a run: 1/2', steps: 5 });
  await untilState(page, id, 'done');
  const [run] = (await callStudio(page, 'runs.list', { offset: 0, count: 1 })).items;
  await page.goto(new URL(`#/runs/${run!.id}`, page.url()).href);
  const target = path.join(home, 'charts');
  mkdirSync(target);
  const save = async (item: string, to: string | undefined) => {
    const since = double.told.length;
    await studio.choose(to === undefined ? {} : { save: to });
    await page.getByRole('button', { name: 'Save the chart Loss' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    return double.next('dialog', since);
  };
  const asked = await save('Picture (PNG)', path.join(target, 'loss.png'));
  expect(path.basename(asked.defaultPath ?? '')).toBe('a run- 1-2-loss.png');
  await expect(page.getByText(`Saved as ${path.join(target, 'loss.png')}`)).toBeVisible();
  expect([...readFileSync(path.join(target, 'loss.png')).subarray(1, 4)]).toEqual([80, 78, 71]);

  const numbers = path.join(target, 'numbers.csv');
  const again = await save('All measured values (CSV)', numbers);
  expect(again.defaultPath).toBe(path.join(target, 'a run- 1-2-loss.csv'));
  await expect.poll(() => existsSync(numbers)).toBe(true);
  expect(readFileSync(numbers, 'utf8')).toMatch(/step/);

  const lost = await save('Picture (PNG)', path.join(home, 'not there', 'loss.png'));
  expect(lost.defaultPath).toBe(path.join(target, 'a run- 1-2-loss.png'));
  await expect(page.getByText(/cannot be written/)).toBeVisible();
  expect(readdirSync(target).sort(), 'nothing half-written').toEqual(['loss.png', 'numbers.csv']);

  await test.step('and so is a report, as HTML and as PDF', async () => {
    const report = async (button: string, name: string) => {
      const file = path.join(target, name);
      await studio.choose({ save: file });
      await page.getByRole('button', { name: 'Report…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: button }).click();
      await expect(page.getByText(`Saved as ${file}`)).toBeVisible();
      return readFileSync(file);
    };
    expect(String(await report('Save HTML', 'report.html'))).toContain('<h1>a run: 1/2</h1>');
    const pdf = await report('Save PDF', 'report.pdf');
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(10_000);
  });
});

test('a second start with another workspace is told, and may change it', async ({
  studio,
  home,
}) => {
  const double = asDesktop(studio);
  const other = path.join(home, 'other');
  expect(await double.next('instance', 0)).toEqual({
    type: 'instance',
    data: { workspace: studio.workspace },
  });
  const start = async (workspace: string | undefined, button: number) => {
    const since = double.told.length;
    double.order({ type: 'answers', answers: { button } });
    double.order({ type: 'second-instance', data: workspace === undefined ? {} : { workspace } });
    await double.next('focus', since);
    return since;
  };
  const quiet = await start(undefined, STAY);
  await start(path.join(studio.workspace, '..', path.basename(studio.workspace)), STAY);
  expect(double.told.slice(quiet).filter(({ type }) => type === 'question')).toEqual([]);

  const { message, buttons } = await double.next('question', await start(other, STAY));
  expect(message).toContain(other);
  expect(buttons).toEqual(['Change Workspace', 'Stay Here']);
  expect(double.told.filter(({ type }) => type === 'relaunch')).toEqual([]);

  const ended = double.ended();
  await start(other, CHANGE);
  expect(await ended).toBe(0);
  expect(double.told).toContainEqual({ type: 'relaunch', workspace: other });
});
