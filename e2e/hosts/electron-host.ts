/** The desktop application in Electron, where its binary is available. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { electronAtHand } from '../../build/electron.ts';
import type { Answers, Order, Told } from '../double/control.ts';
import { PERMISSIONS } from '../permissions.ts';
import {
  exitOf,
  type LaunchedDesktop,
  nextTold,
  type PageAnswer,
  quitApplication,
} from './desktop.ts';

const MAIN = fileURLToPath(new URL('../../out/electron/main.js', import.meta.url));
const HOOK = fileURLToPath(new URL('./electron-hook.cjs', import.meta.url));

/** @param options.env added to the environment; `undefined` removes a variable */
export async function launchElectron(options: {
  readonly workspace: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}): Promise<LaunchedDesktop> {
  const { workspace } = options;
  const said = path.join(mkdtempSync(path.join(os.tmpdir(), 'conmim-told-')), 'told.jsonl');
  const told = () =>
    existsSync(said)
      ? readFileSync(said, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Told)
      : [];
  let answers: Partial<Answers> = {};
  const args = ['-r', HOOK, MAIN];
  const env = {
    ...process.env,
    CONMIM_WORKSPACE: workspace,
    CONMIM_NODE: process.execPath,
    DESKTOP_HOME: path.dirname(workspace),
    DESKTOP_TOLD: said,
    DESKTOP_PERMISSIONS: JSON.stringify(PERMISSIONS),
    ...options.env,
  } as Record<string, string>;
  const { file: executablePath, why } = electronAtHand();
  if (executablePath === undefined) throw new Error(why);
  let app: ElectronApplication;
  let page: Page;
  const open = async () => {
    app = await _electron.launch({
      executablePath,
      args,
      chromiumSandbox: true,
      env: { ...env, DESKTOP_ANSWERS: JSON.stringify(answers) },
    });
    page = await app.firstWindow();
  };
  const ask = (order: Order) =>
    app.evaluate(
      (_, message) =>
        (
          globalThis as unknown as { __desktop: { handleOrder(order: Order): unknown } }
        ).__desktop.handleOrder(message),
      order,
    );
  const order = (message: Order) => {
    // Answers apply to later starts as well.
    if (message.type === 'answers') answers = { ...answers, ...message.answers };
    // The order may end the application before the reply, or find no application.
    void ask(message).catch(() => undefined);
  };
  const ended = () => exitOf(app.process());
  await open();
  return {
    name: 'electron',
    workspace,
    get told() {
      return told();
    },
    order,
    ended,
    page: () => page,
    async kill() {
      const gone = ended();
      app.process().kill('SIGKILL');
      await gone;
    },
    relaunch: open,
    async choose(chosen) {
      answers = { ...answers, ...chosen };
      await ask({ type: 'answers', answers }).catch(() => undefined);
    },
    next: (type, since = told().length) => nextTold(told, type, since),
    invokeFrom: ({ url, framed = false, gone = false }, channel, args) =>
      ask({ type: 'invoke-from', id: 0, url, framed, gone, channel, args }) as never,
    fetch: (url, method = 'GET') =>
      ask({ type: 'fetch', id: 0, url, method }) as Promise<PageAnswer>,
    lets: (url) => ask({ type: 'filter', id: 0, url }) as Promise<boolean>,
    startSecond: () =>
      new Promise((resolve) => {
        const second = spawn(executablePath, args, { env, stdio: 'ignore' });
        second.once('exit', (code) => resolve(code));
      }),
    async close() {
      await quitApplication(app.process(), order);
      await app.close().catch(() => undefined);
      rmSync(path.dirname(said), { recursive: true, force: true });
    },
  };
}
