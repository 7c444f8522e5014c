/**
 * The window of the double: a page in a real Chromium that runs the application's preload script. Requests
 * to `app://` go through the application's protocol handler.
 */
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Request, type Route } from '@playwright/test';
import type Electron from 'electron';
import { tell } from './control.ts';
import { preloadScript } from './preload-script.ts';
import { filterRequest, protocolHandlers, windowEvents } from './registry.ts';
import { REAL, senderOf, toReal, toShown, WebContents } from './web-contents.ts';

export const openWindows: BrowserWindow[] = [];

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  readonly #options: Electron.BrowserWindowConstructorOptions;
  readonly #profile = mkdtempSync(path.join(os.tmpdir(), 'conmim-window-'));
  #bounds: Electron.Rectangle;
  #context: BrowserContext | undefined;
  #destroyed = false;
  /** True while the host loads the page, which is not a navigation of the page. */
  #loading = false;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.#options = options;
    const { x = 0, y = 0, width = 1440, height = 900 } = options;
    this.#bounds = { x, y, width, height };
    openWindows.push(this);
    this.webContents = new WebContents(openWindows.length);
    // The event follows the construction of the window.
    queueMicrotask(() => windowEvents.emit('web-contents-created', this.webContents));
  }

  async loadURL(url: string): Promise<void> {
    const { webPreferences, width = 1440, height = 900, ...rest } = this.#options;
    const context = await chromium.launchPersistentContext(this.#profile, {
      executablePath: process.env['CHROMIUM_BIN'] || chromium.executablePath(),
      headless: true,
      viewport: { width, height },
      // Requests of service workers cannot be intercepted; the page has none.
      serviceWorkers: 'block',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        // Chromium chooses a free port, so that windows of several specs never share one.
        '--remote-debugging-port=0',
      ],
    });
    this.#context = context;
    const page = context.pages()[0] ?? (await context.newPage());
    this.webContents.page = page;
    await context.route('**/*', (route) => this.#answer(route));
    await context.routeWebSocket('**/*', (socket) => {
      // There is no server at the page's own origin for sockets that pass the filter.
      if (!filterRequest(toReal(socket.url()))) void socket.close({ reason: 'blocked' });
    });
    await page.exposeBinding('__invoke', ({ frame }, channel: string, args: unknown[]) =>
      this.webContents.invoke(senderOf(frame), channel, args),
    );
    const { preload } = webPreferences ?? {};
    if (preload !== undefined) await page.addInitScript(preloadScript(preload));
    context.on('page', async (opened) => {
      // Chromium opens some pages itself.
      if (opened.url().startsWith('chrome://')) return;
      if (!this.webContents.mayOpen(toReal(opened.url()))) await opened.close();
    });
    page.on('close', () => this.#gone());
    this.#loading = true;
    await page.goto(toShown(url));
    this.#loading = false;
    this.emit('ready-to-show');
    // A window that only prints is none that specs use.
    if (this.#options.show === false && preload === undefined) return;
    tell({
      type: 'window',
      endpoint: `http://127.0.0.1:${debuggingPort(this.#profile)}`,
      preferences: JSON.parse(JSON.stringify(webPreferences)),
      bounds: JSON.parse(JSON.stringify({ width, height, ...rest })),
    });
  }

  show(): void {}
  focus(): void {
    tell({ type: 'focus' });
  }
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
  getNormalBounds(): Electron.Rectangle {
    return this.#bounds;
  }
  setBounds(bounds: Electron.Rectangle): void {
    this.#bounds = bounds;
  }
  setProgressBar(share: number, options?: Electron.ProgressBarOptions): void {
    tell({ type: 'progress', share, mode: options?.mode });
  }

  /** Close the window as a user does; listeners may prevent it. */
  close(): void {
    let prevented = false;
    const preventDefault = () => {
      prevented = true;
    };
    this.emit('close', { preventDefault });
    if (!prevented) void this.dispose();
  }

  destroy(): void {
    void this.dispose();
  }

  async dispose(): Promise<void> {
    await this.#context?.close().catch(() => undefined);
    this.#gone();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }

  #gone(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('closed');
    if (openWindows.every((window) => window.isDestroyed()))
      queueMicrotask(() => windowEvents.emit('window-all-closed'));
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toReal(request.url());
    if (request.isNavigationRequest() && !this.#mayNavigate(request, url))
      return route.abort('aborted');
    if (!filterRequest(url)) return route.abort('blockedbyclient');
    const handler = protocolHandlers.get('app');
    if (!url.startsWith(`${REAL}/`) || handler === undefined) return route.abort('failed');
    const response = await handler(new globalThis.Request(url, { method: request.method() }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  #mayNavigate(request: Request, url: string): boolean {
    if (this.#loading) return true;
    let frame: ReturnType<Request['frame']>;
    try {
      frame = request.frame();
    } catch {
      // The request belongs to a page that was just opened and is closed unless it is allowed.
      return true;
    }
    if (frame.page() !== this.webContents.page) return true;
    return this.webContents.mayNavigate(url, frame.parentFrame() === null);
  }
}

/** The port that Chromium wrote into its profile. */
function debuggingPort(profile: string): string {
  return readFileSync(path.join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0]!;
}
