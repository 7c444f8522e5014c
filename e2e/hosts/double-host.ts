/** The desktop application on the double of Electron: real main process, real preload script, real Chromium. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import type { Answers, Order, Told } from '../double/control.ts';
import { headlessPath } from './chromium.ts';
import { exitOf, type LaunchedDesktop, nextTold, quitApplication, TIMEOUT_MS } from './desktop.ts';

const ENTRY = fileURLToPath(new URL('../../out/e2e/double/process.js', import.meta.url));

/**
 * @param options.env      added to the environment; `undefined` removes a variable
 * @param options.execArgv for the application's process
 * @param options.execPath in place of this Node
 */
export async function launchDouble(options: {
  readonly workspace: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly execArgv?: readonly string[];
  readonly execPath?: string;
  readonly args?: readonly string[];
}): Promise<LaunchedDesktop> {
  const { workspace, env = {}, execArgv = [], execPath = process.execPath, args = [] } = options;
  const told: Told[] = [];
  const waiting = new Map<number, (value: unknown) => void>();
  let child: ChildProcess;
  let browser: Browser;
  let page: Page;
  let asked = 0;
  let answers: Partial<Answers> = {};
  const environment = () => ({
    ...process.env,
    CONMIM_WORKSPACE: workspace,
    CONMIM_NODE: process.execPath,
    CHROMIUM_BIN: headlessPath(),
    DOUBLE_HOME: path.dirname(workspace),
    ...env,
  });
  const open = async () => {
    child = fork(ENTRY, [...args], {
      env: environment(),
      execArgv: [...execArgv],
      execPath,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.send({ type: 'answers', answers } satisfies Order);
    const endpoint = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The application ended with ${code}.`)));
      child.on('message', (message: Told) => {
        told.push(message);
        if (message.type === 'window') resolve(message.endpoint);
        if (message.type === 'error-box') reject(new Error(message.content));
        if (message.type === 'answer') waiting.get(message.id)?.(message.value);
      });
    });
    browser = await chromium.connectOverCDP(endpoint);
    page = await ownPage(browser);
  };
  const order = (message: Order) => {
    // Answers apply to later starts as well.
    if (message.type === 'answers') answers = { ...answers, ...message.answers };
    if (child.connected) child.send(message);
  };
  const ask = <T>(make: (id: number) => Order) =>
    new Promise<T>((resolve, reject) => {
      const asking = child;
      const onExit = () => reject(new Error('The application ended before it answered.'));
      asking.once('exit', onExit);
      const id = ++asked;
      waiting.set(id, (value) => {
        asking.off('exit', onExit);
        resolve(value as T);
      });
      order(make(id));
    });
  const ended = () => exitOf(child);
  await open();
  return {
    name: 'double',
    workspace,
    told,
    order,
    ended,
    page: () => page,
    async kill() {
      const gone = ended();
      child.kill('SIGKILL');
      await gone;
      await browser.close().catch(() => undefined);
    },
    relaunch: open,
    async choose({ folders, file, save }) {
      order({
        type: 'answers',
        answers: {
          ...(folders === undefined ? {} : { folders }),
          ...(file === undefined ? {} : { file }),
          ...(save === undefined ? {} : { save }),
        },
      });
    },
    next: (type, since = told.length) => nextTold(() => told, type, since),
    invokeFrom: ({ url, framed = false, gone = false }, channel, args) =>
      ask((id) => ({ type: 'invoke-from', id, url, framed, gone, channel, args })),
    fetch: (url, method = 'GET') => ask((id) => ({ type: 'fetch', id, url, method })),
    lets: (url) => ask((id) => ({ type: 'filter', id, url })),
    startSecond: () =>
      new Promise((resolve) => {
        const second = { ...environment(), DOUBLE_SECOND: '1' };
        fork(ENTRY, [], { env: second, stdio: 'ignore' }).once('exit', (code) => resolve(code));
      }),
    async close() {
      await quitApplication(child, order);
      await browser.close().catch(() => undefined);
    },
  };
}

/** The page of the application; Chromium may open other pages beside it. */
async function ownPage(browser: Browser): Promise<Page> {
  const until = Date.now() + TIMEOUT_MS;
  for (;;) {
    const pages = browser.contexts().flatMap((context) => context.pages());
    const own = pages.find((found) => found.url().startsWith('https://studio.invalid/'));
    if (own !== undefined) return own;
    if (Date.now() > until)
      throw new Error(`No page is the application's: ${pages.map((found) => found.url())}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
