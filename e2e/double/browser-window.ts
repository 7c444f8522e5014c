/**
 * The window of the double: a page of a real Chromium, whose requests to `app://` go through the
 * application's own protocol handler, and in which the application's own preload script runs.
 */
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Frame, type Page, type Route } from '@playwright/test';
import type Electron from 'electron';
import { tell } from './control.ts';
import { ipcHandlers, protocolHandlers, requestFilters } from './registry.ts';

/** Chromium does not load unknown schemes, so `app://studio/` is shown to it under this origin. */
const SHOWN = 'https://studio.invalid';
const REAL = 'app://studio';
const toReal = (url: string) => (url.startsWith(SHOWN) ? REAL + url.slice(SHOWN.length) : url);
const toShown = (url: string) => (url.startsWith(REAL) ? SHOWN + url.slice(REAL.length) : url);

export const openWindows: BrowserWindow[] = [];

type WindowOpenHandler = (details: { url: string }) => { action: string };

class WebContents extends EventEmitter {
  readonly id: number;
  page: Page | undefined;
  openHandler: WindowOpenHandler | undefined;
  readonly session = {
    setPermissionRequestHandler: (
      handler: (contents: unknown, permission: string, decide: (granted: boolean) => void) => void,
    ) => {
      const granted: string[] = [];
      for (const permission of PERMISSIONS)
        handler(undefined, permission, (yes) => void (yes && granted.push(permission)));
      tell({ type: 'permissions', granted });
    },
    setPermissionCheckHandler: () => {},
    setDevicePermissionHandler: () => {},
  };

  constructor(id: number) {
    super();
    this.id = id;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.openHandler = handler;
  }

  send(channel: string, message: unknown): void {
    // What cannot be cloned cannot be sent, as in Electron.
    const cloned = structuredClone(message);
    void this.page
      ?.evaluate(
        ([name, value]) =>
          (globalThis as unknown as { __hear?: (name: string, value: unknown) => void }).__hear?.(
            name as string,
            value,
          ),
        [channel, cloned] as const,
      )
      .catch(() => undefined);
  }
}

const PERMISSIONS = [
  ...['media', 'geolocation', 'notifications', 'midi', 'pointerLock', 'fullscreen', 'openExternal'],
  ...['clipboard-read', 'clipboard-sanitized-write', 'display-capture', 'hid', 'serial', 'usb'],
];

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  readonly #options: Electron.BrowserWindowConstructorOptions;
  #context: BrowserContext | undefined;
  #destroyed = false;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.#options = options;
    openWindows.push(this);
    this.webContents = new WebContents(openWindows.length);
    void import('./electron.ts').then(({ app }) =>
      app.emit('web-contents-created', {}, this.webContents),
    );
  }

  async loadURL(url: string): Promise<void> {
    const port = await freePort();
    const profile = mkdtempSync(path.join(os.tmpdir(), 'conmim-window-'));
    const { width = 1440, height = 900 } = this.#options;
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath(),
      headless: true,
      viewport: { width, height },
      // No route of Playwright's sees requests of service workers; there are none here.
      serviceWorkers: 'block',
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
        ...['--disable-component-update', '--no-first-run', `--remote-debugging-port=${port}`],
      ],
    });
    this.#context = context;
    const page = context.pages()[0] ?? (await context.newPage());
    this.webContents.page = page;
    await context.route('**/*', (route) => this.#answer(route));
    await page.exposeBinding('__invoke', ({ frame }, channel: string, args: unknown[]) =>
      this.invoke(frame, channel, args),
    );
    await page.addInitScript(preloadScript(this.#options.webPreferences?.preload ?? ''));
    context.on('page', async (opened) => {
      if ((await opened.opener()) !== page) return;
      const verdict = this.webContents.openHandler?.({ url: opened.url() });
      if (verdict?.action !== 'allow') await opened.close();
    });
    page.on('close', () => this.#closed());
    await page.goto(toShown(url));
    this.emit('ready-to-show');
    tell({
      type: 'window',
      endpoint: `http://127.0.0.1:${port}`,
      preferences: JSON.parse(JSON.stringify(this.#options.webPreferences)),
    });
  }

  /** An IPC message as the main process gets it. */
  async invoke(frame: Frame | { url: string }, channel: string, args: unknown[]): Promise<unknown> {
    const handler = ipcHandlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    const isFrame = 'parentFrame' in frame;
    const event = {
      sender: this.webContents,
      senderFrame: {
        url: isFrame ? toReal(frame.url()) : frame.url,
        parent: isFrame && frame.parentFrame() !== null ? {} : null,
      },
    };
    return structuredClone(await handler(event as never, ...args));
  }

  show(): void {}
  focus(): void {}
  maximize(): void {}
  restore(): void {}
  isMinimized(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return false;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  getNormalBounds() {
    return { x: 0, y: 0, width: 1440, height: 900 };
  }
  reload(): void {
    void this.webContents.page?.reload();
  }
  setProgressBar(share: number): void {
    tell({ type: 'progress', share });
  }
  close(): void {
    void this.#context?.close();
  }

  async dispose(): Promise<void> {
    await this.#context?.close().catch(() => undefined);
  }

  #closed(): void {
    if (this.#destroyed) return;
    this.emit('close', {});
    this.#destroyed = true;
    this.emit('closed');
    void import('./electron.ts').then(({ app }) => app.emit('window-all-closed'));
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toReal(request.url());
    if (request.isNavigationRequest() && request.frame().parentFrame() === null) {
      const details = {
        url,
        prevented: false,
        preventDefault() {
          details.prevented = true;
        },
      };
      this.webContents.emit('will-navigate', details);
      if (details.prevented) return route.abort('aborted');
    }
    for (const filter of requestFilters) {
      let cancel = false;
      filter({ url }, (answer) => {
        cancel = answer.cancel === true;
      });
      if (cancel) return route.abort('blockedbyclient');
    }
    const handler = protocolHandlers.get('app');
    if (!url.startsWith(`${REAL}/`) || handler === undefined) return route.abort('failed');
    const response = await handler(new Request(url, { method: request.method() }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }
}

/** The preload script as it is, with the part of `electron` that a sandboxed one may use. */
function preloadScript(file: string): string {
  const source = readFileSync(file, 'utf8');
  return `(() => {
    if (window !== window.top) return;
    const listeners = new Map();
    window.__hear = (channel, value) => {
      for (const listener of [...(listeners.get(channel) ?? [])]) listener({}, value);
    };
    const sandboxed = {
      contextBridge: {
        exposeInMainWorld(name, api) {
          Object.defineProperty(window, name, { value: Object.freeze({ ...api }), writable: false });
        },
      },
      ipcRenderer: {
        invoke: (channel, ...args) =>
          window.__invoke(channel, args.map((arg) => (arg === undefined ? undefined : structuredClone(arg)))),
        on(channel, listener) {
          listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
        },
        off(channel, listener) {
          listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener));
        },
      },
      webUtils: { getPathForFile: (file) => window.__dropped?.[file.name] ?? '' },
    };
    const exports = {};
    const require = (name) => {
      if (name !== 'electron') throw new Error('A sandboxed preload cannot load ' + name);
      return sandboxed;
    };
    ((require, exports) => {
${source}
    })(require, exports);
  })();`;
}

export function chromiumPath(): string {
  const known = [process.env['CHROMIUM_BIN'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];
  const found = known.find((file) => file !== undefined && existsSync(file));
  return found ?? chromium.executablePath();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
