// Start a packed application and check its window: node build/run.mjs build/start-package.ts
// [FOLDER] || The window is accessed through Chromium's DevTools protocol, since the fuses disable
// other ways.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { resourcesIn } from './check-package.ts';
import { sandboxFault } from './electron.ts';
import { ROOT } from './root.ts';

/** The executable of an unpacked build, beside or above its folder `resources`. */
export function executableOf(resources: string): string {
  if (process.platform === 'darwin') return path.join(resources, '..', 'MacOS', 'ConMIM Studio');
  const name = process.platform === 'win32' ? 'ConMIM Studio.exe' : 'conmim-studio';
  return path.join(resources, '..', name);
}

/**
 * Start a Chromium-based program, wait until its page has a heading, and end it.
 *
 * @param runner arguments before the program's own and the user that runs it, from `windowRunner`
 * @returns the page's title and heading
 */
export async function inspectWindow(
  executable: string,
  {
    words = [],
    user,
  }: { readonly words?: readonly string[] | undefined; readonly user?: string | undefined } = {},
  timeoutMs = 60_000,
): Promise<{ title: string; heading: string }> {
  const { chromium } = await import('@playwright/test');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-start-'));
  if (user !== undefined) execFileSync('chown', [user, folder]);
  const [command, ...args] = [
    ...words,
    executable,
    '--remote-debugging-port=0',
    `--user-data-dir=${path.join(folder, 'user')}`,
  ];
  const workspace = path.join(folder, 'workspace');
  const child = spawn(command!, args, {
    cwd: folder,
    env: { ...process.env, HOME: folder, CONMIM_WORKSPACE: workspace },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    const browser = await chromium.connectOverCDP(await addressOf(child, timeoutMs));
    const context = browser.contexts()[0]!;
    const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: timeoutMs }));
    const heading = page.getByRole('heading').first();
    await heading.waitFor({ timeout: timeoutMs });
    const seen = { title: await page.title(), heading: await heading.innerText() };
    // The program itself is closed, not a wrapper; it may have exited before it answers.
    const devtools = await browser.newBrowserCDPSession();
    await devtools.send('Browser.close').catch(() => undefined);
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 20_000).unref())]);
    return seen;
  } finally {
    child.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The DevTools address that the program prints when its window is ready. */
function addressOf(child: ChildProcess, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => reject(new Error(`${child.spawnfile} ${why}:\n${said}`));
    const timer = setTimeout(() => fail('did not open its window'), timeoutMs);
    child.once('error', ({ message }) => fail(message));
    child.once('exit', (code) => fail(`ended with ${code}`));
    child.stderr?.on('data', (data) => {
      said += data;
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
}

export async function main([
  resources = resourcesIn(path.join(ROOT, 'dist'), `${process.platform}-${process.arch}`),
]: string[]): Promise<void> {
  const executable = executableOf(resources);
  const fault = sandboxFault(executable);
  if (fault !== undefined) {
    process.stderr.write(`${[`${fault.why}.`, ...(fault.commands ?? [])].join('\n')}\n`);
    process.exitCode = 1;
  } else process.stdout.write(`${JSON.stringify(await inspectWindow(executable))}\n`);
}
