/** The page is sandboxed and confined: it cannot navigate, open windows, run foreign scripts or use the network. */
import path from 'node:path';
import type { Page } from '@playwright/test';
import { PAGE } from '../electron/channels.ts';
import type { DesktopBridge } from '../engine/contract/studio/desktop.ts';
import { asDesktop, desktopOnly, expect, test } from './fixtures.ts';
import { launchDouble } from './hosts/double-host.ts';

test.use({ wholeChromium: true });

desktopOnly();

test('the page is confined: it has no Node, goes nowhere and runs nothing foreign', async ({
  studio,
}) => {
  const double = asDesktop(studio);
  const page = studio.page();
  await test.step('the page is isolated, sandboxed and without Node', async () => {
    const { told } = asDesktop(studio);
    const window = told.find(({ type }) => type === 'window');
    // Electron itself reports only some of the preferences.
    const asked = { nodeIntegrationInWorker: false, spellcheck: false, navigateOnDragDrop: false };
    expect(window).toMatchObject({
      preferences: {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        ...(studio.name === 'electron' ? {} : asked),
      },
    });
    expect(told).toContainEqual({ type: 'sandbox' });
    expect(told).toContainEqual({
      type: 'schemes',
      schemes: [
        { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
      ],
    });
    const names = ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'];
    const found = await studio
      .page()
      .evaluate((all) => all.filter((name) => name in globalThis), names);
    expect(found).toEqual([]);
  });
  await test.step('the bridge has the functions of its contract, and nothing else', async () => {
    const keys = {
      call: true,
      onPush: true,
      onMenu: true,
      pathOf: true,
      reveal: true,
      pickFolders: true,
      pickFile: true,
      pickSavePath: true,
      saveFile: true,
      savePdf: true,
      describePaths: true,
      changeWorkspace: true,
      about: true,
    } satisfies Record<keyof DesktopBridge, true>;
    const found = await studio
      .page()
      .evaluate(() => Object.entries((globalThis as unknown as { conmim: object }).conmim));
    expect(found.map(([key]) => key).sort()).toEqual(Object.keys(keys).sort());
  });
  await test.step('the only permission is to copy text', async () => {
    const asked = asDesktop(studio).told.filter(({ type }) => type === 'permissions');
    const copying = ['clipboard-sanitized-write'];
    expect(asked).toEqual([
      { type: 'permissions', by: 'request', granted: copying },
      { type: 'permissions', by: 'check', granted: copying },
      { type: 'permissions', by: 'device', granted: [] },
    ]);
  });
  await test.step('the page cannot navigate or open windows', async () => {
    const home = page.url();
    const outside = ['https://example.com/', 'http://127.0.0.1:1/', new URL('/image', home).href];
    for (const url of outside) {
      const since = double.told.length;
      await page.evaluate((to) => {
        location.href = to;
      }, url);
      expect(await double.next('navigation', since)).toMatchObject({ prevented: true });
    }
    await page.evaluate(() => {
      const link = document.createElement('a');
      Object.assign(link, { href: 'https://example.com/', target: '_blank' });
      document.body.append(link);
      link.click();
      window.open('https://example.com/', 'another');
    });
    expect(await double.next('window-open', 0)).toMatchObject({ action: 'deny' });
    await expect.poll(() => page.context().pages().length).toBe(1);
    expect(page.url()).toBe(home);
    expect(await showsHeading(page)).toBe(true);
  });
  await test.step('no empty page replaces the page', async () => {
    await page.evaluate(() => {
      (globalThis as { __stays?: boolean }).__stays = true;
    });
    const ways: (() => void)[] = [
      () => {
        location.href = 'about:blank';
      },
      () => location.replace('about:srcdoc'),
      () => void open('about:blank', '_self'),
      () => {
        const form = Object.assign(document.createElement('form'), { action: 'about:blank' });
        document.body.append(form);
        form.submit();
      },
      () => {
        const link = Object.assign(document.createElement('a'), { href: 'about:blank' });
        document.body.append(link);
        link.click();
      },
      () => {
        const members = { httpEquiv: 'refresh', content: '0;url=about:blank' };
        document.head.append(Object.assign(document.createElement('meta'), members));
      },
      () => history.go(-10),
      () => {
        location.href = 'data:text/html,x';
      },
      () => {
        location.href = URL.createObjectURL(new Blob(['x'], { type: 'text/html' }));
      },
    ];
    // The double does not see navigation to blob URLs.
    if (studio.name === 'double') ways.pop();
    for (const way of ways) {
      await page.evaluate(way);
      // A later task runs after the navigation has been decided.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
      const stays = await page.evaluate(() => (globalThis as { __stays?: boolean }).__stays);
      expect(stays, String(way)).toBe(true);
    }
    expect(await showsHeading(page)).toBe(true);
  });
  await test.step('the page runs no foreign script, and reaches no network', async () => {
    expect(await violationsOf(page)).toEqual(
      ['connect-src', 'frame-src', 'img-src', 'object-src', 'script-src', 'script-src-elem'].sort(),
    );
    for (const url of [
      'http://x.example/',
      'https://x.example/',
      'ws://x.example/',
      'ftp://x/',
      'file:///x',
    ])
      expect(await double.lets(url), url).toBe(false);
    expect(await double.lets(`${PAGE}assets/x.js`)).toBe(true);
    const switches = double.told.flatMap((told) => (told.type === 'switch' ? [told.name] : []));
    expect(switches).toEqual(
      expect.arrayContaining(['disable-background-networking', 'no-proxy-server']),
    );
  });
});

/** Evaluated in the page, since Playwright waits for a prevented navigation. */
function showsHeading(page: Page): Promise<boolean> {
  return page.evaluate(() => document.querySelector('h1')?.checkVisibility() === true);
}

test('an AppImage that switched the sandbox off does not open', async ({ home, hostName }) => {
  test.skip(hostName !== 'double', 'Electron is started with its sandbox');
  const opened = launchDouble({
    workspace: path.join(home, 'workspace'),
    env: { APPIMAGE: '/home/me/conmim-studio.AppImage' },
    args: ['--no-sandbox'],
  });
  await expect(opened).rejects.toThrow(/chmod 4755 squashfs-root\/chrome-sandbox/);
});

test('another page that is shown is replaced by the own one', async ({ studio }) => {
  test.skip(studio.name !== 'electron', 'the double shows no other page');
  const page = studio.page();
  await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
  const place = page.url();
  for (const url of ['about:blank', 'about:srcdoc']) {
    asDesktop(studio).order({ type: 'leave-page', url });
    await page.waitForURL(url, { timeout: 1000 }).catch(() => undefined);
    await expect(page).toHaveURL(place);
    await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  }
});

/** Try what the policy forbids, and return the violated directives. */
function violationsOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const seen = new Set<string>();
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      seen.add(effectiveDirective),
    );
    const add = (tag: string, members: object) =>
      document.body.append(Object.assign(document.createElement(tag), members));
    add('script', { textContent: 'window.__ran = true' });
    add('script', { src: 'https://x.example/x.js' });
    add('img', { src: 'https://x.example/x.png' });
    add('iframe', { src: 'https://x.example/' });
    add('object', { data: 'https://x.example/' });
    await fetch('https://x.example/').catch(() => undefined);
    // In a later task, since code that a test evaluates is exempt from the policy.
    setTimeout(() => {
      try {
        new Function('window.__ran = true')();
      } catch {
        // This is expected.
      }
    }, 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    if ('__ran' in window) throw new Error('A foreign script has run.');
    return [...seen].sort();
  });
}
