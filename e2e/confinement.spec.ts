/** The window has no power of its own and reaches nothing but its studio: each point, by trying. */
import { spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { DesktopBridge } from '../engine/contract/studio/desktop.ts';
import { CONTENT_SECURITY_POLICY } from '../engine/contract/studio/security.ts';
import { callStudio, startTraining, untilState } from './call-studio.ts';
import { asDesktop, expect, test } from './fixtures.ts';
import { launchDouble } from './hosts/double-host.ts';
import { writePictures } from './images.ts';

const PAGE = 'app://studio/';

test.beforeEach(({ hostName }) => {
  test.skip(hostName === 'web', 'it looks at what the desktop application asks of Electron');
});

test('the page is isolated, sandboxed and without Node', async ({ studio }) => {
  const { told } = asDesktop(studio);
  const window = told.find(({ type }) => type === 'window');
  // Electron itself tells only what it keeps of them.
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

test('the bridge has the functions of its contract, and nothing else', async ({ studio }) => {
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
    describePaths: true,
    changeWorkspace: true,
    about: true,
  } satisfies Record<keyof DesktopBridge, true>;
  const found = await studio
    .page()
    .evaluate(() => Object.entries((globalThis as unknown as { conmim: object }).conmim));
  expect(found.map(([key]) => key).sort()).toEqual(Object.keys(keys).sort());
});

test('the page leaves for nowhere, and opens nothing', async ({ studio }) => {
  const double = asDesktop(studio);
  const page = studio.page();
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

/** Asked of the page itself, since Playwright waits for a navigation that was prevented. */
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

test('no empty page takes the place of the page', async ({ studio }) => {
  const page = studio.page();
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
  // The double sees no navigation to what a page has made itself.
  if (studio.name === 'double') ways.pop();
  for (const way of ways) {
    await page.evaluate(way);
    // Whatever it starts has been decided by the time that a later task is answered.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    const stays = await page.evaluate(() => (globalThis as { __stays?: boolean }).__stays);
    expect(stays, String(way)).toBe(true);
  }
  expect(await showsHeading(page)).toBe(true);
});

test('a page that is shown all the same gives way to the own one', async ({ studio }) => {
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

test('nothing is sent over WebRTC, also to this machine', async ({ studio }) => {
  const desktop = asDesktop(studio);
  expect(await desktop.next('webrtc', 0)).toMatchObject({ policy: 'disable_non_proxied_udp' });
  test.skip(studio.name !== 'electron', 'the policy is Electron’s');
  const addresses = Object.values(os.networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address);
  const before = multicastNames();
  for (const address of addresses) {
    const heard: string[] = [];
    const udp = dgram.createSocket('udp4').on('message', () => heard.push('udp'));
    await new Promise<void>((resolve) => udp.bind(0, address, resolve));
    const { port } = udp.address();
    const tcp = net.createServer(() => heard.push('tcp'));
    await new Promise<void>((resolve) => tcp.listen(port, address, resolve));
    try {
      const candidates = await studio.page().evaluate(gather, { address, port });
      expect({ candidates, heard }, address).toEqual({ candidates: [], heard: [] });
      // It would join a group of the network, which the network is told.
      expect(multicastNames().filter((each) => !before.includes(each))).toEqual([]);
    } finally {
      udp.close();
      tcp.close();
    }
  }
});

/** Sockets for multicast DNS on this machine (port 5353), where the system lists them. */
function multicastNames(): string[] {
  return ['/proc/net/udp', '/proc/net/udp6'].filter(existsSync).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .flatMap(([, local, , , , , , , , inode]) => (local?.endsWith(':14E9') ? inode! : [])),
  );
}

/** Tries to reach an address by STUN, TURN and as a peer, from the page and from a frame in it. */
async function gather(at: { address: string; port: number }): Promise<string[]> {
  const host = `${at.address}:${at.port}`;
  const frame = Object.assign(document.createElement('iframe'), { srcdoc: 'x' });
  document.body.append(frame);
  await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  const framed = frame.contentWindow as unknown as typeof globalThis;
  const urls = [`stun:${host}`, `turn:${host}`, `turn:${host}?transport=tcp`, `turns:${host}`];
  const candidates: string[] = [];
  const tries = [globalThis, framed].map(async ({ RTCPeerConnection }) => {
    const connection = new RTCPeerConnection({
      iceServers: [{ urls, username: 'x', credential: 'x' }],
    });
    const other = new RTCPeerConnection();
    const gathered = new Promise((resolve) => {
      connection.onicecandidate = ({ candidate }) =>
        candidate === null ? resolve(undefined) : candidates.push(candidate.candidate);
    });
    connection.createDataChannel('x');
    await connection.setLocalDescription(await connection.createOffer());
    await other.setRemoteDescription(connection.localDescription!);
    await other.setLocalDescription(await other.createAnswer());
    await connection.setRemoteDescription(other.localDescription!);
    for (const [protocol, type] of [
      ['udp', ''],
      ['tcp', 'tcptype passive'],
    ])
      await connection.addIceCandidate({
        candidate: `candidate:1 1 ${protocol} 2113937151 ${at.address} ${at.port} typ host ${type}`,
        sdpMid: '0',
      });
    // Its end is told when there is nothing more to try; checks of a peer go on after it.
    await Promise.race([gathered, new Promise((resolve) => setTimeout(resolve, 5000))]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    connection.close();
    other.close();
  });
  await Promise.all(tries);
  frame.remove();
  return candidates;
}

test('nothing is granted but to copy text', async ({ studio }) => {
  const asked = asDesktop(studio).told.filter(({ type }) => type === 'permissions');
  const copying = ['clipboard-sanitized-write'];
  expect(asked).toEqual([
    { type: 'permissions', by: 'request', granted: copying },
    { type: 'permissions', by: 'check', granted: copying },
    { type: 'permissions', by: 'device', granted: [] },
  ]);
});

test('messages from any other frame are refused', async ({ studio }) => {
  const double = asDesktop(studio);
  const call = { id: 7, name: 'app.info', input: {} };
  const ask = (url: string, framed = false) =>
    double.invokeFrom({ url, framed }, 'studio:call', [call]);
  expect(await ask(`${PAGE}#/runs`)).toMatchObject({ answer: { value: { id: 7 } } });
  const foreign = [
    'https://example.com/',
    'app://studio.example/',
    'app://other/',
    'app://studio',
    `${PAGE}image?path=/x&side=64`,
    `${PAGE}other.html`,
    'file:///etc/passwd',
    'about:blank',
    '',
  ];
  for (const url of foreign)
    expect(await ask(url), url).toEqual({ refused: expect.stringContaining('was refused') });
  expect(await ask(PAGE, true), 'a frame within').toHaveProperty('refused');
});

test('malformed messages are refused, and none reaches a dialog', async ({ studio }) => {
  const double = asDesktop(studio);
  const ask = (channel: string, ...args: unknown[]) =>
    double.invokeFrom({ url: PAGE }, channel, args);
  const wrong: [string, ...unknown[]][] = [
    ['dialog:folders', { title: 'x' }],
    ['dialog:file', { title: 1, extensions: [] }],
    ['dialog:file', { title: 'x', extensions: ['../../x'] }],
    ['dialog:file', { title: 'x', extensions: [], properties: ['openFile'] }],
    ['dialog:save', { title: 'x' }],
    ['dialog:save'],
    ['dialog:save-file', { name: 'x', bytes: [1] }],
    ['paths:describe', '/'],
    ['workspace:change', { folder: '/' }],
    ['shell:reveal', ''],
    ['shell:reveal', { path: '/' }],
    ['shell:reveal', '/', 'more'],
    ['studio:call', { id: 1, name: 'app.info', input: {} }, 'more'],
    ['shell:openExternal', 'https://example.com/'],
  ];
  for (const [channel, ...args] of wrong)
    expect(await ask(channel, ...args), channel).toHaveProperty('refused');
  const calls = [
    undefined,
    'text',
    { id: 'one', name: 'app.info', input: {} },
    { id: 1, name: 'app.info', input: {}, more: 1 },
    { id: 1, name: 'app.quit', input: {} },
    { id: 1, name: '__proto__', input: {} },
    { id: 1, name: 'app.info', input: { more: 1 } },
    { id: 1, name: 'datasets.add', input: { kind: 'images', folders: [] } },
  ];
  for (const call of calls)
    expect(await ask('studio:call', call)).toMatchObject({
      answer: { value: { error: { code: 'call-invalid' } } },
    });
  expect(double.told.filter(({ type }) => type === 'dialog')).toEqual([]);
});

test('the file manager shows what is there, and opens nothing', async ({ studio, home }) => {
  const double = asDesktop(studio);
  const file = path.join(home, 'a file.txt');
  const ask = (target: string) => double.invokeFrom({ url: PAGE }, 'shell:reveal', [target]);
  for (const target of [file, 'https://example.com/', '../x', 'file:///etc/passwd'])
    expect(await ask(target), target).toHaveProperty('answer.error');
  writeFileSync(file, '');
  await ask(file);
  expect(await double.next('reveal', 0)).toEqual({ type: 'reveal', file });
});

test('the page’s address serves the page’s files and no other', async ({ studio }) => {
  const double = asDesktop(studio);
  const headers = {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  expect(await double.fetch(PAGE)).toMatchObject({ status: 200, headers });
  const traversals = [
    '../package.json',
    '..%2fpackage.json',
    '%2e%2e/package.json',
    '..%5cpackage.json',
    'assets/..%2f..%2f..%2fpackage.json',
    'assets/%2e%2e/%2e%2e/package.json',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    'index.html%00.js',
    '.compiled',
    'assets/',
    'assets',
    '%',
    'C:/x.txt',
    'index.html/..%2f..%2fpackage.json',
    '....//package.json',
    'main.js.map',
    '~/x.txt',
  ];
  for (const address of traversals) {
    const answer = await double.fetch(PAGE + address);
    expect(answer, address).toMatchObject({ status: 404, headers, text: 'Nothing here.' });
  }
  for (const url of ['app://other/', 'app://studio.other/index.html'])
    expect(await double.fetch(url), url).toMatchObject({ status: 404, headers });
  expect(await double.fetch(PAGE, 'POST')).toMatchObject({ status: 405, headers });
});

test('pictures are shown of data sets only', async ({ studio, home }) => {
  const double = asDesktop(studio);
  const pictures = await writePictures(path.join(home, 'pictures'), 1);
  const file = path.join(pictures, 'discs', '000.png');
  const ask = (target: string, side = '64') =>
    double.fetch(`${PAGE}image?path=${encodeURIComponent(target)}&side=${side}`);
  expect(await ask(file)).toMatchObject({ status: 422 });
  await callStudio(studio.page(), 'datasets.add', { kind: 'images', folders: [pictures] });
  expect(await ask(file)).toMatchObject({ status: 200 });
  const away = path.join(pictures, '..', 'workspace', 'settings.json');
  for (const target of [
    '/etc/passwd',
    away,
    `${pictures}/../pictures-not/x.png`,
    '',
    file.slice(1),
  ])
    expect(await ask(target), target).toMatchObject({ status: 422 });
  for (const side of ['0', '-1', '1e9', '64.5', 'NaN', ''])
    expect(await ask(file, side), side).toMatchObject({ status: 422 });
});

test('the page runs no script that it did not bring, and reaches no network', async ({
  studio,
}) => {
  const double = asDesktop(studio);
  const page = studio.page();
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

/** Tries what the policy forbids, and returns the directives that stopped it. */
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
    // Later, since what a test runs in the page at once may evaluate text.
    setTimeout(() => {
      try {
        new Function('window.__ran = true')();
      } catch {
        // As it must.
      }
    }, 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    if ('__ran' in window) throw new Error('A foreign script has run.');
    return [...seen].sort();
  });
}

test('nothing but this machine is contacted, by the window or the engine', async ({
  home,
  hostName,
}) => {
  test.skip(hostName !== 'double', 'Electron takes no modules before the application’s own');
  const witness = fileURLToPath(new URL('./hosts/network-witness.mjs', import.meta.url));
  const file = path.join(home, 'contacted.jsonl');
  const env = { NODE_OPTIONS: `--import=file://${witness}`, NETWORK_WITNESS: file };
  const seen = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { program: string; host?: string });
  const hosts = () => seen().flatMap(({ host }) => host ?? []);
  // First: does the witness see? The address is reserved for documentation, so nobody answers.
  const contact = "require('node:net').connect(9, '192.0.2.1').unref().on('error', () => {})";
  spawnSync(process.execPath, ['-e', contact], { env: { ...process.env, ...env } });
  expect(hosts()).toEqual(['192.0.2.1']);
  writeFileSync(file, '');

  const pictures = await writePictures(path.join(home, 'pictures'), 10);
  const workspace = path.join(home, 'workspace');
  const studio = await launchDouble({ workspace, env });
  const page = studio.page();
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  for (const name of ['Runs', 'Models', 'Devices', 'Data sets'])
    await page.getByRole('navigation').getByRole('link', { name }).click();
  await callStudio(page, 'datasets.add', { kind: 'images', folders: [pictures] });
  await callStudio(page, 'devices.list', {});
  const check = await callStudio(page, 'jobs.submit', { kind: 'devices' });
  await untilState(page, check.id, 'done');
  const id = await startTraining(page, { folder: pictures, name: 'quiet', steps: 3 });
  await untilState(page, id, 'done');
  const out = path.join(home, 'quiet.onnx');
  const job = { kind: 'export', model: 'quiet', format: 'onnx', out } as const;
  await untilState(page, (await callStudio(page, 'jobs.submit', job)).id, 'done');
  await page.reload();
  await studio.close();

  expect(existsSync(out)).toBe(true);
  const programs = new Set(seen().map(({ program }) => path.basename(program)));
  for (const name of ['process.js', 'tools-process.js', 'job-process.js', 'device-process.js'])
    expect(programs, 'programs that were watched').toContain(name);
  const local = /^(localhost|127\.0\.0\.1|::1)$/;
  expect(hosts().filter((host) => !local.test(host))).toEqual([]);
  const own = new URL(page.url()).origin;
  expect(fetched.length).toBeGreaterThan(0);
  expect(fetched.filter((url) => !url.startsWith(`${own}/`) && !/^(data|blob):/.test(url))).toEqual(
    [],
  );
});
