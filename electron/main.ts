/** The desktop application: a window in front of the studio. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { app, type BrowserWindow, dialog, session, shell } from 'electron';
import { StudioError, toStudioError } from '../engine/contract/errors.ts';
import type { StudioHost } from '../engine/contract/studio/host.ts';
import { answerCall } from '../engine/contract/studio/wire.ts';
import { pageFolder } from '../engine/studio/page-files.ts';
import { openStudio } from '../engine/studio/studio.ts';
import { Attention } from './attention.ts';
import { handleRequests } from './ipc.ts';
import { confineContents, openMainWindow } from './main-window.ts';
import { setMenu } from './menu.ts';
import { blockNetwork, registerScheme, servePage } from './page-protocol.ts';
import { engineNode, workspaceFolder } from './places.ts';
import { askBeforeQuit } from './quit.ts';

const isMac = process.platform === 'darwin';
let window: BrowserWindow | undefined;

function showWindow(): void {
  if (window === undefined || window.isDestroyed()) {
    window = openMainWindow();
    window.on('closed', () => {
      window = undefined;
    });
    return;
  }
  if (window.isMinimized()) window.restore();
  window.focus();
}

async function start(): Promise<void> {
  await app.whenReady();
  const studio = await openStudio({
    workspace: workspaceFolder(process.env),
    host: 'desktop',
    node: engineNode(process.env),
  });
  servePage(session.defaultSession, pageFolder(), () => studio);
  blockNetwork(session.defaultSession);
  const windowOf = () => window;
  answerWindow(studio, windowOf);
  studio.subscribe((push) => {
    if (window !== undefined && !window.isDestroyed()) window.webContents.send('studio:push', push);
  });
  const attention = new Attention(studio, windowOf);
  await attention.start();
  askBeforeQuit({ studio, attention, windowOf });
  setMenu(windowOf, isMac);
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    if (!isMac) app.quit();
  });
  showWindow();
}

function answerWindow(studio: StudioHost, windowOf: () => BrowserWindow | undefined): void {
  handleRequests(windowOf, {
    'studio:call': (message) => answerCall(studio, message),
    async 'dialog:folders'(_, owner) {
      const { canceled, filePaths } = await dialog.showOpenDialog(owner, {
        title: 'Choose folders of images',
        properties: ['openDirectory', 'multiSelections'],
      });
      return canceled ? [] : filePaths;
    },
    async 'dialog:file'({ title, extensions }, owner) {
      const { canceled, filePaths } = await dialog.showOpenDialog(owner, {
        title,
        properties: isMac ? ['openFile', 'openDirectory'] : ['openFile'],
        filters: [{ name: title, extensions }],
      });
      return canceled ? undefined : filePaths[0];
    },
    async 'dialog:save'({ title, defaultName }, owner) {
      const { canceled, filePath } = await dialog.showSaveDialog(owner, {
        title,
        defaultPath: defaultName,
      });
      return canceled ? undefined : filePath;
    },
    'shell:reveal'(target) {
      // It only shows a file in its folder; nothing is ever opened or run.
      const file = path.resolve(target);
      if (!existsSync(file))
        throw new StudioError('path-missing', `${file} is not there any more.`);
      shell.showItemInFolder(file);
    },
  });
}

app.setName('ConMIM Studio');
registerScheme();
app.on('web-contents-created', (_, contents) => confineContents(contents));
if (app.requestSingleInstanceLock())
  start().catch((thrown: unknown) => {
    const { message, advice = '' } = toStudioError(thrown);
    dialog.showErrorBox('ConMIM Studio cannot start', `${message}\n\n${advice}`);
    app.exit(1);
  });
else app.quit();
