/** Features of the desktop application only: menus, dialogs, drops, the task bar, quitting, its window. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { callStudio, startTraining, stepsOf, untilState } from './call-studio.ts';
import { asDesktop, desktopOnly, endJobs, expect, goTo, launchDesktop, test } from './fixtures.ts';
import { flatMenu, type LaunchedDesktop } from './hosts/desktop.ts';
import type { HostName } from './hosts/host.ts';
import { writePictures } from './images.ts';

const LEAVE = 0;
const STOP = 1;
const CANCEL = 2;

desktopOnly();

test('menus lead to every page, the help is read in it, and nothing is asked at the end', async ({
  studio,
}) => {
  const double = asDesktop(studio);
  const page = studio.page();
  await test.step('menus lead to every page, by the keyboard too', async () => {
    const { entries } = await double.next('menu', 0);
    const view = entries.find(({ label }) => label === '&View')?.entries ?? [];
    const pages = view.filter(({ accelerator }) => /^CmdOrCtrl\+\d$/.test(accelerator ?? ''));
    expect(pages.map(({ accelerator }) => accelerator)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((i) => `CmdOrCtrl+${i}`),
    );
    for (const { label } of [...pages, { label: 'ConMIM Studio &Help' }]) {
      double.order({ type: 'menu', label });
      const heading = label.replace('&', '').replace('ConMIM Studio ', '').replace('Sets', 'sets');
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    }
    const shortcuts = flatMenu(entries).flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(shortcuts).size, 'each shortcut once').toBe(shortcuts.length);
  });
  await test.step('help is read without a network, and its links stay in it', async () => {
    await goTo(page, 'Help');
    await expect(page.getByRole('heading', { level: 2, name: 'Add a data set' })).toBeVisible();
    await expect(page.getByRole('article'), 'no bare address of a heading').not.toContainText('(#');
    await page.getByRole('link', { name: 'Commands' }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'The command line' })).toBeVisible();
    await page.getByRole('article').getByRole('link').first().click();
    await expect(page).toHaveURL(/#\/help\/(?!cli)\w+(\?at=[\w-]+)?$/);
  });
  await test.step('without a training, nothing is asked', async () => {
    const ended = double.ended();
    double.order({ type: 'close-window' });
    expect(await ended).toBe(0);
    expect(double.told.filter(({ type }) => type === 'question')).toEqual([]);
  });
});

test('folders come by the menu’s dialog, and by dropping them', async ({ studio, home }) => {
  const double = asDesktop(studio);
  const page = studio.page();
  const chosen = writePictures(path.join(home, 'chosen'), 2);
  const dropped = writePictures(path.join(home, 'dropped'), 2);
  await studio.choose({ folders: [chosen] });
  double.order({ type: 'menu', label: 'Add Images…' });
  await expect(page.getByRole('heading', { level: 1, name: 'chosen' })).toBeVisible();

  await goTo(page, 'Data sets');
  const address = page.url();
  await drop(double, dropped);
  await expect(page.getByRole('heading', { level: 1, name: 'dropped' })).toBeVisible();
  expect(new URL(page.url()).origin).toBe(new URL(address).origin);
  const folders = (await callStudio(page, 'datasets.list', {})).flatMap((set) => set.folders);
  expect(folders.sort()).toEqual([chosen, dropped]);
});

test('a training shows in the task bar, keeps the machine awake, and its end is notified', async ({
  studio,
  home,
}) => {
  const double = asDesktop(studio);
  const page = studio.page();
  const folder = writePictures(path.join(home, 'pictures'), 10);
  const id = await startTraining(page, { folder, name: 'short', steps: 80 });
  const shares = () => double.told.flatMap((told) => (told.type === 'progress' ? told.share : []));
  await expect.poll(() => shares().some((share) => share > 0 && share < 1)).toBe(true);
  expect(await double.next('awake', 0)).toMatchObject({ kind: 'prevent-app-suspension' });
  await untilState(page, id, 'done');
  expect(await double.next('notification', 0)).toMatchObject({ title: 'short is done' });
  await expect.poll(() => shares().at(-1)).toBe(-1);
  const awake = double.told.filter(({ type }) => type === 'awake');
  expect(awake).toEqual([
    { type: 'awake', kind: 'prevent-app-suspension' },
    { type: 'awake', kind: 'released' },
  ]);
  double.order({ type: 'click-notification' });
  await expect(page.getByRole('heading', { level: 1, name: 'short' })).toBeVisible();
});

test('notifications and staying awake can be switched off', async ({ studio, home }) => {
  const double = asDesktop(studio);
  const page = studio.page();
  const folder = writePictures(path.join(home, 'pictures'), 10);
  await callStudio(page, 'settings.write', { notify: false, stayAwake: false });
  const id = await startTraining(page, { folder, name: 'silent', steps: 5 });
  await untilState(page, id, 'done');
  const last = () => double.told.findLast(({ type }) => type === 'progress');
  await expect.poll(last).toMatchObject({ share: -1 });
  expect(double.told.filter(({ type }) => type === 'notification' || type === 'awake')).toEqual([]);
});

test('a training that fails is notified with its reason', async ({ studio, home }) => {
  const double = asDesktop(studio);
  const folder = path.join(home, 'empty');
  mkdirSync(folder);
  const id = await startTraining(studio.page(), { folder, name: 'nothing', steps: 5 });
  await untilState(studio.page(), id, 'failed');
  const { title, body, icon } = await double.next('notification', 0);
  expect(title).toBe('nothing failed');
  expect(body).toMatch(/image/);
  // Electron itself does not tell its icons.
  if (studio.name !== 'double') return;
  expect(existsSync(icon)).toBe(true);
  const { bounds } = await double.next('window', 0);
  expect(existsSync(String(bounds['icon']))).toBe(true);
});

test('closing while training is asked: cancel, leave it training, stop', async ({
  studio,
  home,
}) => {
  const double = asDesktop(studio);
  const folder = writePictures(path.join(home, 'pictures'), 10);
  const id = await startTraining(studio.page(), { folder, name: 'long', steps: 100_000 });
  await expect.poll(() => stepsOf(studio.page(), id)).toBeGreaterThan(0);

  await test.step('cancel', async () => {
    const asked = await closeWith(double, CANCEL);
    expect(asked.message).toBe('“long” is still being trained.');
    expect(asked.buttons).toEqual(['Leave It Training', 'Stop', 'Cancel']);
    await goTo(studio.page(), 'Runs');
    expect(await stepsOf(studio.page(), id)).toBeGreaterThan(0);
  });
  const before = await stepsOf(studio.page(), id);
  await test.step('leave it training', async () => {
    const ended = double.ended();
    await closeWith(double, LEAVE);
    expect(await ended).toBe(0);
    await studio.relaunch();
    await untilState(studio.page(), id, 'running');
    await expect.poll(() => stepsOf(studio.page(), id)).toBeGreaterThan(before);
  });
  await test.step('stop', async () => {
    const ended = double.ended();
    await closeWith(double, STOP);
    expect(await ended).toBe(0);
    await studio.relaunch();
    await untilState(studio.page(), id, 'stopped');
    const { items } = await callStudio(studio.page(), 'runs.list', { offset: 0, count: 9 });
    expect(items).toMatchObject([{ name: 'long', status: 'stopped' }]);
  });
});

test('the window opens where it was', async ({ studio, home }) => {
  const double = asDesktop(studio);
  expect(await double.next('window', 0)).toMatchObject({ bounds: { width: 1440, height: 900 } });
  const bounds = { x: 40, y: 30, width: 1300, height: 800 };
  const ended = double.ended();
  double.order({ type: 'move-window', bounds });
  double.order({ type: 'close-window' });
  await ended;
  const since = double.told.length;
  await studio.relaunch();
  expect(await double.next('window', since)).toMatchObject({ bounds });
  const state = JSON.parse(readFileSync(path.join(home, 'userData', 'window.json'), 'utf8'));
  expect(state).toEqual({ ...bounds, maximised: false });
});

test('a page that fails is opened again, and a second start finds the first window', async ({
  studio,
}) => {
  const double = asDesktop(studio);
  await test.step('a page that fails is opened again if the user wants it', async () => {
    double.order({ type: 'page-gone', reason: 'oom' });
    expect(await double.next('question', 0)).toMatchObject({ message: 'The window has failed.' });
    await double.next('reload', 0);
    await goTo(studio.page(), 'Devices');
  });
  await test.step('a second start brings the first window to the front, and ends', async () => {
    const since = double.told.length;
    // Electron itself notifies the first instance.
    if (studio.name === 'double') double.order({ type: 'second-instance' });
    expect(await double.startSecond()).toBe(0);
    await double.next('focus', since);
  });
});

test('the workspace is in the documents by default, and can be changed', async ({
  home,
  hostName,
}) => {
  const studio = await launchWithoutWorkspace(hostName, home);
  try {
    const workspace = async () => (await callStudio(studio.page(), 'app.info', {})).workspace;
    expect(await workspace()).toBe(path.join(home, 'documents', 'ConMIM'));
    const wanted = path.join(home, 'wanted');
    mkdirSync(wanted);
    await studio.choose({ folders: [wanted] });
    const ended = studio.ended();
    studio.order({ type: 'menu', label: 'Change Workspace…' });
    expect(await ended).toBe(0);
    expect(studio.told).toContainEqual({ type: 'relaunch' });
    await studio.relaunch();
    expect(await workspace()).toBe(wanted);
    await studio.kill();

    // The workspace cannot be created below a file, as on a drive that is not connected.
    writeFileSync(path.join(home, 'file'), '');
    const lost = JSON.stringify({ folder: path.join(home, 'file', 'workspace') });
    writeFileSync(path.join(home, 'userData', 'workspace.json'), lost);
    const since = studio.told.length;
    await studio.choose({ folders: [wanted] });
    await studio.relaunch();
    expect(await studio.next('question', since)).toMatchObject({
      message: expect.stringContaining('cannot be opened'),
    });
    expect(await workspace()).toBe(wanted);
  } finally {
    await studio.close();
  }
  expect(existsSync(path.join(home, 'unused'))).toBe(false);
});

test('another workspace is not used when the user cancels, or when it cannot be opened', async ({
  home,
  hostName,
}) => {
  const studio = await launchWithoutWorkspace(hostName, home);
  const workspace = async () => (await callStudio(studio.page(), 'app.info', {})).workspace;
  const good = path.join(home, 'documents', 'ConMIM');
  const [wanted, spoilt] = [path.join(home, 'wanted'), path.join(home, 'spoilt')];
  for (const folder of [wanted, spoilt]) mkdirSync(folder);
  const change = async (folder: string) => {
    await studio.choose({ folders: [folder] });
    studio.order({ type: 'menu', label: 'Change Workspace…' });
  };
  try {
    const pictures = writePictures(path.join(home, 'pictures'), 10);
    await test.step('cancelled', async () => {
      const order = { folder: pictures, name: 'long', steps: 100_000 };
      const id = await startTraining(studio.page(), order);
      await untilState(studio.page(), id, 'running');
      const since = studio.told.length;
      studio.order({ type: 'answers', answers: { button: CANCEL } });
      await change(wanted);
      await studio.next('question', since);
      await studio.kill();
      await studio.relaunch();
      expect(await workspace()).toBe(good);
      await untilState(studio.page(), id, 'running');
      await callStudio(studio.page(), 'jobs.stop', { id });
      await untilState(studio.page(), id, 'stopped');
    });
    await test.step('not to be opened', async () => {
      const ended = studio.ended();
      await change(spoilt);
      await ended;
      // A file replaces the folder in the meantime.
      rmdirSync(spoilt);
      writeFileSync(spoilt, '');
      const since = studio.told.length;
      studio.order({ type: 'answers', answers: { button: 0 } });
      await studio.relaunch();
      expect(await studio.next('question', since)).toMatchObject({
        message: `The workspace ${spoilt} cannot be opened.`,
        buttons: ['Open the Last One', 'Choose Another Folder…', 'Quit'],
      });
      expect(await workspace()).toBe(good);
      await studio.kill();
      await studio.relaunch();
      expect(await workspace()).toBe(good);
    });
  } finally {
    await studio.close();
    endJobs(path.join(good, 'jobs'));
  }
});

test('nothing but training is left of an application that is killed', async ({ studio, home }) => {
  test.skip(studio.name !== 'electron', 'the double has none of Electron’s processes');
  test.skip(process.platform !== 'linux', 'processes and descriptors are read from /proc');
  const folder = writePictures(path.join(home, 'pictures'), 10);
  const id = await startTraining(studio.page(), { folder, name: 'long', steps: 100_000 });
  await expect.poll(() => stepsOf(studio.page(), id)).toBeGreaterThan(0);
  const jobs = path.join(studio.workspace, 'jobs');
  const lock = JSON.parse(readFileSync(path.join(jobs, id, 'lock'), 'utf8')) as { pid: number };
  const sockets = readdirSync(`/proc/${lock.pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${lock.pid}/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  });
  expect(sockets, 'sockets of the training').toEqual([]);
  await studio.kill();
  const left = () =>
    readdirSync('/proc').filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`DESKTOP_HOME=${home}\0`);
      } catch {
        return false;
      }
    });
  await expect.poll(left).toEqual([String(lock.pid)]);
});

/** Drop a folder onto the page: with a system drag in Electron, with scripted events in the double. */
async function drop(desktop: LaunchedDesktop, folder: string): Promise<void> {
  const page = desktop.page();
  const heading = page.getByRole('heading', { level: 1 });
  if (desktop.name === 'electron') {
    const { x, y } = (await heading.boundingBox())!;
    const devtools = await page.context().newCDPSession(page);
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devtools.send('Input.dispatchDragEvent', { type, x: x + 5, y: y + 5, data });
    return;
  }
  const name = path.basename(folder);
  desktop.order({ type: 'drop', paths: { [name]: folder } });
  await heading.evaluate((element, file) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], file));
    for (const type of ['dragover', 'drop'])
      element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, name);
}

/** Start the application without CONMIM_WORKSPACE; the workspace option must then have no effect. */
function launchWithoutWorkspace(hostName: HostName, home: string): Promise<LaunchedDesktop> {
  const env = { CONMIM_WORKSPACE: undefined, DOUBLE_HOME: home, DESKTOP_HOME: home };
  return launchDesktop(hostName, { workspace: path.join(home, 'unused', 'workspace'), env });
}

/** Close the window and press `button` in the question. */
async function closeWith(double: LaunchedDesktop, button: number) {
  const since = double.told.length;
  double.order({ type: 'answers', answers: { button } });
  double.order({ type: 'close-window' });
  return double.next('question', since);
}
