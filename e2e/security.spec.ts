/**
 * In every host, the page runs no foreign script and does not navigate, and only loopback is contacted.
 * confinement.spec.ts tests further restrictions of the window.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { whyNot } from '../build/testing/traced.ts';
import { callStudio, startTraining, untilState } from './call-studio.ts';
import { expect, goTo, test, WORKING_PAGES } from './fixtures.ts';
import { writePictures } from './images.ts';

test.use({ wholeChromium: true });

test('the page goes nowhere else, opens no window, and runs no foreign script', async ({
  studio,
}) => {
  const page = studio.page();
  const address = page.url();
  if (studio.name !== 'web') {
    // Only the window of the application restricts navigation; a browser does not.
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
    // Code that a debugger evaluates is exempt from the policy, so the check runs in a later task.
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

test.describe('connections', () => {
  test.skip(process.platform !== 'linux', 'they are read from /proc');
  test.beforeEach(({ hostName }) =>
    test.skip(
      hostName !== 'electron' && whyNot === undefined,
      'system calls of such a session are traced in offline.spec.ts',
    ),
  );

  test('a whole session contacts nothing but loopback', async ({ studio, home }) => {
    const page = studio.page();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const pictures = writePictures(path.join(home, 'pictures'), 12);
    const seen = new Set<string>();
    const watch = setInterval(() => {
      for (const peer of foreignPeers(home)) seen.add(peer);
    }, 50);
    for (const name of WORKING_PAGES) await goTo(page, name);
    await callStudio(page, 'datasets.add', { kind: 'images', folders: [pictures] });
    await untilState(
      page,
      await startTraining(page, { folder: pictures, name: 'quiet', steps: 10 }),
      'done',
    );
    await goTo(page, 'Runs');
    await expect(
      page.getByRole('region', { name: 'All runs' }).getByText('done', { exact: true }),
    ).toBeVisible();
    clearInterval(watch);
    expect([...seen]).toEqual([]);
    const own =
      /^(data|blob|app):|^wss?:\/\/127\.0\.0\.1|^http:\/\/127\.0\.0\.1|^https:\/\/studio\.invalid\//;
    expect(asked.filter((url) => !own.test(url))).toEqual([]);
  });
});

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
