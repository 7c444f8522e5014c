// Starts a packed application and looks at its window: node build/start-package.mjs [FOLDER]
//
// The window is reached over Chromium's own protocol, since the fuses leave no other way in.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program of an unpacked build, beside or above its folder `resources`. */
export function executableOf(resources) {
  if (process.platform === 'darwin') return path.join(resources, '..', 'MacOS', 'ConMIM Studio');
  const name = process.platform === 'win32' ? 'ConMIM Studio.exe' : 'conmim-studio';
  return path.join(resources, '..', name);
}

/**
 * Starts a program of Chromium's kind, waits until its page has a heading, and ends it.
 *
 * @param args further arguments, for example `--no-sandbox` where the system forbids the sandbox
 * @returns the page's title and heading
 */
export async function look(executable, args = [], timeoutMs = 60_000) {
  const { chromium } = await import('@playwright/test');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-start-'));
  const child = spawn(
    executable,
    ['--remote-debugging-port=0', `--user-data-dir=${path.join(folder, 'user')}`, ...args],
    {
      env: { ...process.env, CONMIM_WORKSPACE: path.join(folder, 'workspace') },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  try {
    const browser = await chromium.connectOverCDP(await addressOf(child, timeoutMs));
    const context = browser.contexts()[0];
    const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: timeoutMs }));
    const heading = page.getByRole('heading').first();
    await heading.waitFor({ timeout: timeoutMs });
    const seen = { title: await page.title(), heading: await heading.innerText() };
    await browser.close();
    return seen;
  } finally {
    child.kill('SIGKILL');
    await new Promise((resolve) =>
      child.exitCode === null ? child.once('exit', resolve) : resolve(),
    );
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What the program prints once its window can be looked at. */
function addressOf(child, timeoutMs) {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why) => reject(new Error(`${child.spawnfile} ${why}:\n${said}`));
    const timer = setTimeout(() => fail('did not open its window'), timeoutMs);
    child.once('error', ({ message }) => fail(message));
    child.once('exit', (code) => fail(`ended with ${code}`));
    child.stderr.on('data', (data) => {
      said += data;
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { resourcesIn } = await import('./check-package.mjs');
  const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
  const target = `${process.platform}-${process.arch}`;
  const resources = process.argv[2] ?? resourcesIn(path.join(root, 'dist'), target);
  const args = process.env['CI'] && process.platform === 'linux' ? ['--no-sandbox'] : [];
  process.stdout.write(`${JSON.stringify(await look(executableOf(resources), args))}\n`);
}
