/** The window, whose page is sandboxed. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { iconFile } from './about.ts';
import { PAGE } from './channels.ts';
import { boundsOn, LEAST_SIZE, readWindowState, writeWindowState } from './window-state.ts';

/**
 * @param place    route to open, for example `runs`
 * @param mayClose called when the user closes the window; false keeps it open
 */
export function openMainWindow(place: string, mayClose: () => boolean): BrowserWindow {
  const stateFile = path.join(app.getPath('userData'), 'window.json');
  const state = readWindowState(stateFile);
  const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
  const icon = iconFile();
  const window = new BrowserWindow({
    ...(icon === undefined ? {} : { icon }),
    // The colour of the page, so that the window does not flash before the page is drawn.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#242424' : '#ffffff',
    ...boundsOn(state, screens),
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
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  if (state?.maximised) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', (event) => {
    writeWindowState(stateFile, { ...window.getNormalBounds(), maximised: window.isMaximized() });
    if (!mayClose()) event.preventDefault();
  });
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason !== 'clean-exit') void offerReload(window, reason);
  });
  // Loading fails when the page is opened again before it has loaded; that is not an error.
  window.loadURL(place === '' ? PAGE : `${PAGE}#/${place}`).catch(() => undefined);
  return window;
}

/** Ask before reloading, since the cause of the failure may make the page fail again. */
async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'The window has failed.',
    detail: `Training is not affected; it goes on in processes of its own. (Reason: ${reason})`,
    buttons: ['Open Again', 'Quit'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  if (response !== 0) app.quit();
  else if (!window.isDestroyed()) window.webContents.reload();
}
