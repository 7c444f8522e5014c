/** `conmim serve` and a browser that has opened its link. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { endTraced } from '../../build/testing/system-calls.ts';
import type { LaunchedHost } from './host.ts';

const COMMAND = fileURLToPath(new URL('../../out/engine/cli/main.js', import.meta.url));
const START = `const { main } = await import(${JSON.stringify(`file://${COMMAND}`)}); await main(process.argv.slice(1));`;

/**
 * @param options.tracing command prefix that traces the server
 * @param options.env     environment of the server; by default that of this process
 * @param options.browser the browser in which the page opens, apart from its other pages
 */
export async function launchWeb(options: {
  readonly workspace: string;
  readonly roots: readonly string[];
  readonly tracing?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly browser: Browser;
}): Promise<LaunchedHost> {
  const { workspace, tracing = [], browser } = options;
  let server: ChildProcess;
  let page: Page;
  const open = async () => {
    let url: string;
    ({ server, url } = await startWebServer(options));
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    await page.goto(url);
  };
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (server.exitCode !== null || server.signalCode !== null) return resolve();
      server.once('exit', () => resolve());
      if (tracing.length > 0) endTraced(server.pid!, signal);
      else server.kill(signal);
    });
  await open();
  return {
    name: 'web',
    workspace,
    page: () => page,
    async kill() {
      await end('SIGKILL');
      await page.context().close();
    },
    relaunch: open,
    async choose() {
      throw new Error('A browser has no system dialogs; the page has its own folder picker.');
    },
    async close() {
      await end('SIGTERM');
      await page.context().close();
    },
  };
}

/**
 * Start `conmim serve` on any port.
 *
 * @param options.words further arguments
 * @returns the process, and the link that it printed
 */
export async function startWebServer(options: {
  readonly workspace: string;
  readonly roots: readonly string[];
  readonly tracing?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly words?: readonly string[];
}): Promise<{ readonly server: ChildProcess; readonly url: string }> {
  const { workspace, roots, tracing = [], env = process.env, words = ['--port', '0'] } = options;
  const confined = roots.flatMap((root) => ['--root', root]);
  const node = [process.execPath, '--input-type=module', '-e', START];
  const serve = ['serve', '--json', '--workspace', workspace, ...words, ...confined];
  const [program, ...rest] = [...tracing, ...node, ...serve];
  const server = spawn(program!, rest, {
    cwd: path.dirname(workspace),
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { server, url: await firstUrl(server) };
}

async function firstUrl(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const record = JSON.parse(line) as { type?: string; url?: string };
    if (record.type === 'serve' && record.url !== undefined) return record.url;
  }
  throw new Error('conmim serve ended before it printed its URL.');
}
