/** The desktop application on the double: real main process, real preload, real Chromium. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import type { Order, Told } from '../double/control.ts';
import { chromiumPath } from './chromium.ts';
import type { Launched } from './host.ts';

/** Training in a test ends within it. */
/** Only ends what hangs. */
const PATIENCE_MS = 180_000;
const ENTRY = fileURLToPath(new URL('../../out/e2e/double/process.js', import.meta.url));

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface LaunchedDouble extends Launched {
  /** Everything that the application has asked of the system, from its first start on. */
  readonly told: readonly Told[];
  /** What it asks next of this kind, or has already asked after `since` things told. */
  next<T extends Told['type']>(type: T, since?: number): Promise<Extract<Told, { type: T }>>;
  order(order: Order): void;
  /** What an IPC message from a frame of some address is answered. */
  invokeFrom(
    frame: { readonly url: string; readonly framed?: boolean; readonly gone?: boolean },
    channel: string,
    args: readonly unknown[],
  ): Promise<{ answer?: unknown; refused?: string }>;
  /** What the page's protocol answers. */
  fetch(url: string, method?: string): Promise<PageAnswer>;
  /** Whether a request of the page to this address is let through. */
  lets(url: string): Promise<boolean>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
}

/**
 * @param options.env      added to the environment; `undefined` takes a name out
 * @param options.execArgv for the application's process
 * @param options.execPath in place of this Node
 */
export async function launchDouble(options: {
  readonly workspace: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly execArgv?: readonly string[];
  readonly execPath?: string;
}): Promise<LaunchedDouble> {
  const { workspace, env = {}, execArgv = [], execPath = process.execPath } = options;
  const told: Told[] = [];
  const waiting = new Map<number, (value: unknown) => void>();
  let child: ChildProcess;
  let browser: Browser;
  let page: Page;
  let asked = 0;
  const open = async () => {
    child = fork(ENTRY, [], {
      env: {
        ...process.env,
        CONMIM_WORKSPACE: workspace,
        CONMIM_NODE: process.execPath,
        CHROMIUM_BIN: chromiumPath(),
        DOUBLE_HOME: path.dirname(workspace),
        ...env,
      },
      execArgv: [...execArgv],
      execPath,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
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
    if (child.connected) child.send(message);
  };
  const ask = <T>(make: (id: number) => Order) =>
    new Promise<T>((resolve) => {
      const id = ++asked;
      waiting.set(id, resolve as (value: unknown) => void);
      order(make(id));
    });
  const ended = () =>
    new Promise<number | null>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
      else child.once('exit', (code) => resolve(code));
    });
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
    next(type, since = told.length) {
      return new Promise((resolve, reject) => {
        const until = Date.now() + PATIENCE_MS;
        const look = () => {
          const found = told.slice(since).find((message) => message.type === type);
          if (found !== undefined) resolve(found as never);
          else if (Date.now() < until) setTimeout(look, 50);
          else reject(new Error(`The application asked for no ${type}.`));
        };
        look();
      });
    },
    invokeFrom: ({ url, framed = false, gone = false }, channel, args) =>
      ask((id) => ({ type: 'invoke-from', id, url, framed, gone, channel, args })),
    fetch: (url, method = 'GET') => ask((id) => ({ type: 'fetch', id, url, method })),
    lets: (url) => ask((id) => ({ type: 'filter', id, url })),
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = ended();
        order({ type: 'answers', answers: { button: 0 } });
        order({ type: 'quit' });
        const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
        await gone;
        clearTimeout(patience);
      }
      await browser.close().catch(() => undefined);
    },
  };
}

/** Chromium may open pages of its own beside the application's. */
async function ownPage(browser: Browser): Promise<Page> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const pages = browser.contexts().flatMap((context) => context.pages());
    const own = pages.find((found) => found.url().startsWith('https://studio.invalid/'));
    if (own !== undefined) return own;
    if (Date.now() > until)
      throw new Error(`No page is the application's: ${pages.map((found) => found.url())}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
