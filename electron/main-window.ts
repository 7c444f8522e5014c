/** The window: a page without any power of its own. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { iconFile } from './about.ts';
import { PAGE } from './channels.ts';
import { boundsOn, LEAST_SIZE, readWindowState, writeWindowState } from './window-state.ts';

/**
 * @param place   where in the page it opens, for example `runs`
 * @param mayClose asked when its user closes it
 */
export function openMainWindow(place: string, mayClose: () => boolean): BrowserWindow {
  const stateFile = path.join(app.getPath('userData'), 'window.json');
  const state = readWindowState(stateFile);
  const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
  const icon = iconFile();
  const window = new BrowserWindow({
    ...(icon === undefined ? {} : { icon }),
    // As the page is, so that nothing flashes before it is drawn.
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
  // One that is opened again before it was there is no fault.
  window.loadURL(place === '' ? PAGE : `${PAGE}#/${place}`).catch(() => undefined);
  return window;
}

/** Asked, not done at once: what made the page fail may make it fail again. */
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
