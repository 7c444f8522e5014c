/** The window: a page without any power of its own, that can go nowhere else. */

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, screen, type WebContents } from 'electron';
import { PAGE } from './channels.ts';
import { boundsOn, LEAST_SIZE, readWindowState, writeWindowState } from './window-state.ts';

export function openMainWindow(): BrowserWindow {
  const stateFile = path.join(app.getPath('userData'), 'window.json');
  const state = readWindowState(stateFile);
  const window = new BrowserWindow({
    ...boundsOn(
      state,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    minWidth: LEAST_SIZE.width,
    minHeight: LEAST_SIZE.height,
    show: false,
    title: 'ConMIM Studio',
    webPreferences: {
      preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  if (state?.maximised) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () =>
    writeWindowState(stateFile, { ...window.getNormalBounds(), maximised: window.isMaximized() }),
  );
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.reload();
  });
  void window.loadURL(PAGE);
  return window;
}

/** No page leaves its own address, opens another window or embeds one, and none gets a permission. */
export function confineContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  for (const event of ['will-navigate', 'will-redirect'] as const)
    contents.on(event as 'will-navigate', (details) => {
      if (!details.url.startsWith(PAGE)) details.preventDefault();
    });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  const { session } = contents;
  session.setPermissionRequestHandler((_contents, permission, decide) =>
    decide(isHarmless(permission)),
  );
  session.setPermissionCheckHandler((_contents, permission) => isHarmless(permission));
  session.setDevicePermissionHandler(() => false);
}

/** Copying a command is all that the page does beyond itself. */
function isHarmless(permission: string): boolean {
  return permission === 'clipboard-sanitized-write';
}
