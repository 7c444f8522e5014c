/** The page has no power but what the contract gives it, and nothing but loopback is ever contacted. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { asDouble, expect, goTo, test } from './fixtures.ts';
import { writePictures } from './images.ts';

test('the window is made without any power of its own', async ({ studio }) => {
  const double = asDouble(studio);
  const window = double.told.find((told) => told.type === 'window');
  expect(window).toMatchObject({
    preferences: {
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
    },
  });
  const schemes = double.told.find((told) => told.type === 'schemes');
  expect(schemes).toMatchObject({
    schemes: [{ scheme: 'app', privileges: { standard: true, secure: true } }],
  });
  const permissions = double.told.find((told) => told.type === 'permissions');
  expect(permissions).toMatchObject({ granted: ['clipboard-sanitized-write'] });
});

test('the page gets the functions of the bridge, and nothing of Node or Electron', async ({
  studio,
}) => {
  asDouble(studio);
  const found = await studio.page().evaluate(() => ({
    bridge: Object.keys((globalThis as unknown as { conmim: object }).conmim).sort(),
    frozen: Object.isFrozen((globalThis as unknown as { conmim: object }).conmim),
    foreign: ['require', 'process', 'module', 'Buffer', 'electron'].filter(
      (name) => name in globalThis,
    ),
  }));
  expect(found).toEqual({
    bridge: [
      ...[
        'call',
        'onMenu',
        'onPush',
        'pathOf',
        'pickFile',
        'pickFolders',
        'pickSavePath',
        'reveal',
      ],
    ],
    frozen: true,
    foreign: [],
  });
});

test('messages are taken from the own page alone, and are parsed', async ({ studio }) => {
  const double = asDouble(studio);
  const call = [{ id: 1, name: 'app.info', input: {} }];
  const own = 'app://studio/index.html';
  expect(await double.invokeFrom(own, 'studio:call', call)).toMatchObject({
    answer: { id: 1, value: { host: 'desktop' } },
  });
  for (const url of [
    ...[
      'https://evil.example/',
      'app://studio.evil.example/',
      'app://other/',
      'file:///etc/passwd',
    ],
    ...['about:blank', 'data:text/html,x', ''],
  ])
    expect(await double.invokeFrom(url, 'studio:call', call)).toHaveProperty('refused');
  expect(await double.invokeFrom(own, 'studio:call', [{ id: 1, name: 'no.such' }])).toMatchObject({
    answer: { error: { code: 'call-invalid' } },
  });
  for (const [channel, args] of [
    ['dialog:file', [{ title: 'x', extensions: ['../sh'] }]],
    ['dialog:file', [{ title: 'x' }]],
    ['dialog:save', ['x']],
    ['shell:reveal', [{ path: '/etc/passwd' }]],
    ['shell:reveal', ['/etc/passwd', 'more']],
    ['shell:reveal', ['/no/such/file']],
    ['shell:open', ['/bin/sh']],
  ] as const)
    expect(await double.invokeFrom(own, channel, args), channel).toHaveProperty('refused');
  expect(double.told.filter(({ type }) => type === 'reveal')).toEqual([]);
});

test('the scheme of the page leads to the page only', async ({ studio }) => {
  const double = asDouble(studio);
  const page = await double.fetch('app://studio/');
  expect(page.status).toBe(200);
  expect(page.policy).toContain("default-src 'none'");
  expect(page.policy).toContain("script-src 'self';");
  for (const url of [
    ...['app://studio/../package.json', 'app://studio/..%2f..%2fpackage.json'],
    ...['app://studio/%2e%2e/%2e%2e/package.json', 'app://studio/assets/..%5c..%5cpackage.json'],
    ...['app://other/', 'app://studio/image?path=/etc/passwd&side=64', 'app://studio//etc/passwd'],
  ]) {
    const { status, text } = await double.fetch(url);
    expect([404, 422], url).toContain(status);
    expect(text).not.toContain('"dependencies"');
    expect(text).not.toContain('root:');
  }
});

test('the page goes nowhere else, opens no window, and runs no foreign script', async ({
  studio,
}) => {
  const page = studio.page();
  const address = page.url();
  if (studio.name !== 'web') {
    // A browser's own window may go where its user likes; the application's may not.
    await page.evaluate(() => {
      globalThis.location.href = 'https://evil.example/';
    });
    await page.evaluate(() => void globalThis.open('https://evil.example/'));
    await page.waitForTimeout(500);
    expect(page.url()).toBe(address);
    const opened = page
      .context()
      .pages()
      .map((other) => other.url());
    expect(opened.filter((url) => url.includes('evil'))).toEqual([]);
  }
  await page.goto(address);
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.__ran = true';
    document.body.append(script);
    const fetched = await fetch('https://evil.example/').then(
      () => 'fetched',
      () => 'refused',
    );
    // What a debugger evaluates is exempt, so it is done after that.
    const evaluated = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          resolve(new Function('return "evaluated"')());
        } catch {
          resolve('refused');
        }
      }, 50),
    );
    return { inline: (globalThis as { __ran?: boolean }).__ran === true, fetched, evaluated };
  });
  expect(ran).toEqual({ inline: false, fetched: 'refused', evaluated: 'refused' });
});

test('a whole session contacts nothing but loopback', async ({ studio, home }) => {
  test.skip(process.platform !== 'linux', 'connections are read from /proc');
  const page = studio.page();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const pictures = await writePictures(path.join(home, 'pictures'), 12);
  const seen = new Set<string>();
  const watch = setInterval(() => {
    for (const peer of foreignPeers(home)) seen.add(peer);
  }, 50);
  for (const name of ['Pre-train', 'Runs', 'Fine-tune', 'Models', 'Devices', 'Data sets'])
    await goTo(page, name);
  const call = (name: string, input: unknown) => callStudio(page, name, input);
  await call('datasets.add', { kind: 'images', folders: [pictures] });
  await call('jobs.submit', {
    kind: 'pretrain',
    folders: [pictures],
    recipe: 'micro',
    settings: { steps: '10', batch_size: '4', workers: '0' },
    device: 'cpu',
    name: 'quiet',
  });
  await goTo(page, 'Runs');
  await expect(
    page.getByRole('region', { name: 'All runs' }).getByText('done', { exact: true }),
  ).toBeVisible({ timeout: 60_000 });
  clearInterval(watch);
  expect([...seen]).toEqual([]);
  const own =
    /^(data|blob|app):|^wss?:\/\/127\.0\.0\.1|^http:\/\/127\.0\.0\.1|^https:\/\/studio\.invalid\//;
  expect(asked.filter((url) => !own.test(url))).toEqual([]);
});

/** A call as the page makes it, over whatever it has. */
function callStudio(page: import('@playwright/test').Page, name: string, input: unknown) {
  return page.evaluate(
    async ([name, input]) => {
      const message = { id: 999_999, name, input };
      const bridge = (globalThis as unknown as { conmim?: { call(m: unknown): Promise<unknown> } })
        .conmim;
      if (bridge !== undefined) return bridge.call(message);
      return new Promise((resolve) => {
        const socket = new WebSocket(`${globalThis.location.origin.replace('http', 'ws')}/api`);
        socket.onopen = () => socket.send(JSON.stringify(message));
        socket.onmessage = ({ data }) => {
          const reply = JSON.parse(String(data)) as { id?: number };
          if (reply.id === message.id) {
            socket.close();
            resolve(reply);
          }
        };
      });
    },
    [name, input] as const,
  );
}

/**
 * Addresses off this machine with which the application's processes have TCP connections: all that run
 * on this test's folder, the browser's included where it is the application's own window.
 */
function foreignPeers(home: string): string[] {
  const ours = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      const env = readFileSync(`/proc/${name}/environ`, 'utf8');
      return words.includes(home) || env.includes(home);
    } catch {
      return false;
    }
  });
  return ours.flatMap((pid) => {
    try {
      const sockets = new Set(
        readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
          const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
          return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
        }),
      );
      return ['tcp', 'tcp6'].flatMap((table) =>
        readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
          .split('\n')
          .slice(1)
          .map((line) => line.trim().split(/\s+/))
          .filter((fields) => sockets.has(fields[9] ?? ''))
          .map((fields) => fields[2]!)
          .filter((peer) => !isLoopback(peer)),
      );
    } catch {
      return [];
    }
  });
}

/** Of `/proc/net/tcp`: hexadecimal, little-endian; no peer yet is 0. */
function isLoopback(peer: string): boolean {
  const [address = ''] = peer.split(':');
  if (/^0+$/.test(address)) return true;
  if (address.length === 8) return address.endsWith('7F');
  return address === '00000000000000000000000001000000' || /^0{16}FFFF0000.{6}7F$/.test(address);
}
